// SOFTMAX: out[r,i] = e^(beta * in[r,i]) / sum over j of e^(beta * in[r,j]), along the last dimension.
//
// Types: int8 to int8 (output scale 1/256, zero point -128), in the contract's fixed point: differences to the row's maximum in
// Q5, their exponentials summed in Q12; float32.
#pragma once
#include "base/fixed_point.h"
#include "ops/context.h"

namespace midge {

struct SoftmaxS8 {
  int32_t rows, depth;
  Multiplier beta;     ///< beta * input scale, to Q5; shift >= 0
  int32_t diff_min;    ///< differences below this contribute nothing
};
void softmax_s8_reference(const SoftmaxS8& p, const int8_t* in, int8_t* out);

struct SoftmaxF32 {
  int32_t rows, depth;
  float beta;
};
void softmax_f32_reference(const SoftmaxF32& p, const float* in, float* out);

}  // namespace midge
