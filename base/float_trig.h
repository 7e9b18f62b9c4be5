// Sine and cosine in single precision without libm: the same bytes on every target. x in radians, of any size; relative error at most 2^-22.
// NaN for infinities.
#pragma once

namespace midge {

float sin_f32(float x);
float cos_f32(float x);

}  // namespace midge
