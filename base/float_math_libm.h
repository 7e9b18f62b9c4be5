// expm1, tanh and erfc in the single-precision steps of the C library of the usual host (those of fdlibm), which are not always the nearest
// float: for tables whose entries must be those of LiteRT's, to the last bit.
#pragma once

namespace midge {

/// e^x - 1.
float expm1_as_libm(float x);

float tanh_as_libm(float x);

/// 1 - erf(x).
float erfc_as_libm(float x);

/// The same without double precision, relative error at most 2^-20 up to x = 9.
float erfc_f32(float x);

}  // namespace midge
