// x86-64 with AVX-512F. See simd_avx2.cc for what the pragma asks.
#if defined(__x86_64__)
#include <immintrin.h>

#include "compiler/execute/kernels/simd_versions.h"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
#else
#pragma GCC target("avx512f")
#endif

namespace midge {
namespace {

constexpr size_t kLanes = 16, kPanel = 2 * kLanes;
constexpr int kRows = 12, kRowsOne = 12, kWide = 4;
using V = __m512;

inline V load(const float* p) { return _mm512_loadu_ps(p); }
inline void store(float* p, V v) { _mm512_storeu_ps(p, v); }
inline V fill(float x) { return _mm512_set1_ps(x); }
inline V multiply_add(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); }
inline __mmask16 some(size_t n) { return static_cast<__mmask16>((1u << n) - 1); }
inline V larger(V a, V b) { return _mm512_mask_max_ps(a, 0xffff, a, b); }
/// A NaN stays one: max and min give their second operand where one is.
inline V min_max(V v, Clamp clamp) {
  const V least = fill(clamp.least), most = fill(clamp.most);
  v = _mm512_mask_max_ps(v, 0xffff, least, v);
  return _mm512_mask_min_ps(v, 0xffff, most, v);
}
inline V load_some(const float* p, size_t n) { return n == kLanes ? load(p) : _mm512_maskz_loadu_ps(some(n), p); }
inline void store_some(float* p, size_t n, V v) { n == kLanes ? store(p, v) : _mm512_mask_storeu_ps(p, some(n), v); }

#include "compiler/execute/kernels/simd_loops.inc"

}  // namespace

const Simd kAvx512Simd = {"avx512", kPanel, gemm, depthwise_row, binary, clamp_all, accumulate, maximum};

}  // namespace midge

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
