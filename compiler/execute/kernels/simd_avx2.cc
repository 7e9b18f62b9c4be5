// x86-64 with AVX2 and FMA. What follows the pragma may only run where the processor has them; nothing of the standard library is
// instantiated below it.
#if defined(__x86_64__)
#include <immintrin.h>

#include "compiler/execute/kernels/simd_versions.h"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx2,fma")
#endif

namespace midge {
namespace {

constexpr size_t kLanes = 8, kPanel = 2 * kLanes;
constexpr int kRows = 6, kRowsOne = 12, kWide = 2;
using V = __m256;

inline V load(const float* p) { return _mm256_loadu_ps(p); }
inline void store(float* p, V v) { _mm256_storeu_ps(p, v); }
inline V fill(float x) { return _mm256_set1_ps(x); }
inline V multiply_add(V a, V b, V c) { return _mm256_fmadd_ps(a, b, c); }
inline V larger(V a, V b) { return _mm256_max_ps(a, b); }
/// A NaN stays one: max and min give their second operand where one is.
inline V min_max(V v, Clamp clamp) { return _mm256_min_ps(fill(clamp.most), _mm256_max_ps(fill(clamp.least), v)); }
inline __m256i some(size_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(n)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
inline V load_some(const float* p, size_t n) { return n == kLanes ? load(p) : _mm256_maskload_ps(p, some(n)); }
inline void store_some(float* p, size_t n, V v) { n == kLanes ? store(p, v) : _mm256_maskstore_ps(p, some(n), v); }

#include "compiler/execute/kernels/simd_loops.inc"

}  // namespace

const Simd kAvx2Simd = {"avx2", kPanel, gemm, depthwise_row, binary, clamp_all, accumulate, maximum};

}  // namespace midge

#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
