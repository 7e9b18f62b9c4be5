// L2_NORMALIZATION: out[r,i] = in[r,i] / root of the sum over j of in[r,j]^2, along the last dimension.
//
// Types: int8 (output scale 1/128, zero point 0) and uint8 (1/128, 128): the root's reciprocal in fixed point, rounding twice; a row of
// zeros gives zeros. float32: the root is at least 10^-6.
#pragma once
#include "ops/common/last_axis.h"

namespace midge {

struct L2NormalizationQ {
  RowShape shape;
  int32_t input_zero_point;
};

void l2_normalization_s8_reference(const L2NormalizationQ& p, const int8_t* in, int8_t* out);
void l2_normalization_u8_reference(const L2NormalizationQ& p, const uint8_t* in, uint8_t* out);
void l2_normalization_f32_reference(const RowShape& s, const float* in, float* out);

}  // namespace midge
