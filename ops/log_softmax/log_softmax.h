// LOG_SOFTMAX: out[r,i] = in[r,i] - log(sum over j of e^in[r,j]), along the last dimension.
//
// Types: int8 (output scale 1/16, zero point 127) and uint8 (1/16, 255) in the contract's fixed point, see ops/common/exponentials.h:
// the logarithm in Q5; float32.
#pragma once
#include "ops/common/exponentials.h"
#include "ops/common/last_axis.h"

namespace midge {

struct LogSoftmaxQ {
  RowShape shape;
  Exponentials exponentials;
  Multiplier inverse;  ///< from Q5 to steps of the input; shift <= 0
};
/// T: int8_t or uint8_t.
template <class T>
void log_softmax_q_reference(const LogSoftmaxQ& p, const T* in, T* out);
void log_softmax_f32_reference(const RowShape& s, const float* in, float* out);

}  // namespace midge
