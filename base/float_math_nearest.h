// exp, log and powers as the C library of the usual host gives them, to the last bit but for rare ties. Computed in double precision, so
// slower than float_math.h: for tables that are filled once, whose entries must be those of LiteRT's.
#pragma once
#include <stdint.h>

namespace midge {

/// e^x rounded to the nearest float.
float exp_nearest(float x);

/// e^x in double precision, with a relative error below 2^-51.
double exp_f64(double x);

/// The natural logarithm rounded to the nearest float. -infinity for 0, NaN below.
float log_nearest(float x);

/// The natural logarithm in double precision of a positive, finite x that is no subnormal; relative error below 2^-50, near 1 absolute.
double log_f64(double x);

/// x^y rounded to the nearest float but for rare ties; the special cases are those of IEEE 754 (and C): 1 for y = 0 or x = 1, NaN for a negative x
/// with a y that is no integer.
float pow_nearest(float x, float y);

/// x^(1/n) for a positive, finite x and n >= 1, relative error at most 2^-44.
double nth_root(float x, int32_t n);

}  // namespace midge
