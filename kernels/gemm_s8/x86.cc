// x86-64, the host: loops that compilers turn into PMADDWD, in a version for AVX2 and one for every processor, chosen at load time.
#include "base/fixed_point.h"
#include "kernels/gemm_s8/gemm_s8.h"

#if defined(__linux__)
#define MIDGE_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define MIDGE_CLONES
#endif

namespace midge {

// |x + offset| <= 255 and |w| <= 128 fit 16 bits, their products and the sum of n <= 65,536 of them an int32.
MIDGE_CLONES void gemm_s8_x4(const int8_t* x, const int8_t* w, int32_t w_stride, int32_t n, int32_t offset, int32_t* acc) {
  const int8_t* w0 = w;
  const int8_t* w1 = w0 + w_stride;
  const int8_t* w2 = w1 + w_stride;
  const int8_t* w3 = w2 + w_stride;
  const int16_t shift = static_cast<int16_t>(offset);
  int32_t a0 = 0, a1 = 0, a2 = 0, a3 = 0;
  for (int32_t k = 0; k < n; ++k) {
    const int16_t v = static_cast<int16_t>(x[k] + shift);
    a0 += v * static_cast<int16_t>(w0[k]);
    a1 += v * static_cast<int16_t>(w1[k]);
    a2 += v * static_cast<int16_t>(w2[k]);
    a3 += v * static_cast<int16_t>(w3[k]);
  }
  acc[0] = wrapping_add(acc[0], a0);
  acc[1] = wrapping_add(acc[1], a1);
  acc[2] = wrapping_add(acc[2], a2);
  acc[3] = wrapping_add(acc[3], a3);
}

MIDGE_CLONES int32_t gemm_s8_x1(const int8_t* x, const int8_t* w, int32_t n, int32_t offset) {
  const int16_t shift = static_cast<int16_t>(offset);
  int32_t a = 0;
  for (int32_t k = 0; k < n; ++k) a += static_cast<int16_t>(x[k] + shift) * static_cast<int16_t>(w[k]);
  return a;
}

}  // namespace midge
