// Portable C++: what runs where no ISA file is better.
#include "kernels/gemm_s8/gemm_s8.h"

#include "base/fixed_point.h"

namespace midge {

void gemm_s8_x4(const int8_t* x, const int8_t* w, int32_t w_stride, int32_t n, int32_t offset, int32_t* acc) {
  const int8_t* w0 = w;
  const int8_t* w1 = w0 + w_stride;
  const int8_t* w2 = w1 + w_stride;
  const int8_t* w3 = w2 + w_stride;
  int32_t a0 = acc[0], a1 = acc[1], a2 = acc[2], a3 = acc[3];
  for (int32_t k = 0; k < n; ++k) {
    const int32_t v = x[k] + offset;
    a0 = wrapping_add(a0, v * w0[k]);
    a1 = wrapping_add(a1, v * w1[k]);
    a2 = wrapping_add(a2, v * w2[k]);
    a3 = wrapping_add(a3, v * w3[k]);
  }
  acc[0] = a0, acc[1] = a1, acc[2] = a2, acc[3] = a3;
}

int32_t gemm_s8_x1(const int8_t* x, const int8_t* w, int32_t n, int32_t offset) {
  int32_t a = 0;
  for (int32_t k = 0; k < n; ++k) a = wrapping_add(a, (x[k] + offset) * w[k]);
  return a;
}

}  // namespace midge
