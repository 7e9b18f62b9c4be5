// gemm_s8: the inner product of int8 matrix multiplication, for convolutions and fully connected layers.
//
//   acc[c] += sum over k < n of (x[k] + offset) * w[c * w_stride + k]        for c < 4
//
// x and w are any int8, offset is minus the zero point of x (-127 to 128): |x + offset| <= 255, so that an accumulator
// holds n up to 65,536 without overflow. No alignment is needed. Cost: about 2.8 instructions per MAC on Cortex-M4.
#pragma once
#include <stdint.h>

namespace midge {

/// Four rows of w at once, which share the loads of x.
void gemm_s8_x4(const int8_t* x, const int8_t* w, int32_t w_stride, int32_t n, int32_t offset, int32_t* acc);

/// One row of w.
int32_t gemm_s8_x1(const int8_t* x, const int8_t* w, int32_t n, int32_t offset);

}  // namespace midge
