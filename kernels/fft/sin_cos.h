// sin and cos in double precision, for twiddles that must be those of a host with a C library.
#pragma once

namespace midge {

struct SinCos {
  double sin, cos;
};

/// For |x| <= 2 pi. The error is below a step of the last place, or 2^-85 where that is more, next to the zeros.
SinCos sin_cos(double x);

}  // namespace midge
