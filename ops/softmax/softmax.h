// SOFTMAX: out[r,i] = e^(beta * in[r,i]) / sum over j of e^(beta * in[r,j]), along the last dimension.
//
// Types:
//   int8, uint8 to the same type or int16: the contract's fixed point, see ops/common/exponentials.h. The smallest number of the output's
//     type stands for 0, and 2^bits of them make 1. Only int8 to int8 looks at the output's scale, as LiteRT does.
//   int16 to int16 (output scale 1/32768, zero points 0): two tables of 512 straight pieces, e^x on [-10, 0] and 1 / (1 + x) on [0, 1].
//   float32.
#pragma once
#include "ops/common/exponentials.h"
#include "ops/common/last_axis.h"

namespace midge {

struct SoftmaxQ {
  RowShape shape;
  Exponentials exponentials;
};
/// In, Out: int8_t, int8_t; int8_t, int16_t; uint8_t, uint8_t; uint8_t, int16_t.
template <class In, class Out>
void softmax_q_reference(const SoftmaxQ& p, const In* in, Out* out);

struct SoftmaxS16 {
  RowShape shape;
  Multiplier beta;           ///< beta * input scale, to 1/6553.5
  int32_t single_precision;  ///< the tables are those that single precision makes: `tflm`
};
void softmax_s16_reference(const SoftmaxS16& p, const int16_t* in, int16_t* out);

struct SoftmaxF32 {
  RowShape shape;
  float beta;
};
void softmax_f32_reference(const SoftmaxF32& p, const float* in, float* out);

}  // namespace midge
