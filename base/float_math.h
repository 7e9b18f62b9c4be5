// exp, tanh, log and sqrt in single precision without libm (the RISC-V targets have none). Relative error at most 2^-22 each.
#pragma once

namespace midge {

/// e^x. 0 below -104, +infinity above 88.73. NaN gives NaN.
float exp_f32(float x);

/// tanh(x), saturated to +-1 beyond |x| = 9.
float tanh_f32(float x);

/// The rest of x / y rounded towards zero, with the sign of x: exact. NaN where x is infinite or y is 0.
float fmod_f32(float x, float y);
/// The natural logarithm, relative error at most 2^-22. -infinity for 0, NaN below.
float log_f32(float x);

/// The square root, rounded to nearest as IEEE 754 asks. NaN below 0.
float sqrt_f32(float x);

}  // namespace midge
