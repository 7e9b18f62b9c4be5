// Vectors of four floats, as every compiler for every processor makes of them.
#include <cstring>

#include "compiler/execute/kernels/simd.h"
#include "compiler/execute/kernels/simd_versions.h"

namespace midge {
namespace {

constexpr size_t kLanes = 4, kPanel = 2 * kLanes;
constexpr int kRows = 4, kRowsOne = 8, kWide = 2;
typedef float V __attribute__((vector_size(kLanes * sizeof(float))));

inline V load(const float* p) {
  V v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
inline void store(float* p, V v) { std::memcpy(p, &v, sizeof v); }
inline V fill(float x) { return V{x, x, x, x}; }
inline V multiply_add(V a, V b, V c) { return a * b + c; }
inline V larger(V a, V b) { return a > b ? a : b; }
inline V min_max(V v, Clamp clamp) {
  const V least = fill(clamp.least), most = fill(clamp.most);
  v = v < least ? least : v;
  return v > most ? most : v;
}
inline V load_some(const float* p, size_t n) {
  V v = {};
  std::memcpy(&v, p, n * sizeof(float));
  return v;
}
inline void store_some(float* p, size_t n, V v) { std::memcpy(p, &v, n * sizeof(float)); }

#include "compiler/execute/kernels/simd_loops.inc"

}  // namespace

const Simd kPortableSimd = {"portable", kPanel, gemm, depthwise_row, binary, clamp_all, accumulate, maximum};

}  // namespace midge
