// x = k pi / 2 + r with |r| <= pi / 4, r in two parts; then Taylor polynomials to r^17 and r^16, truncated below 2^-58.
#include "kernels/fft/sin_cos.h"

#include <stdint.h>

namespace midge {

SinCos sin_cos(double x) {
  if (x == 0) return {x, 1};  // keeps the sign of zero
  const double scaled = x * 0.63661977236758134308;
  const int32_t k = static_cast<int32_t>(scaled + (scaled < 0 ? -0.5 : 0.5));
  // pi / 2 in two parts: the first has 33 bits, so that k times it, and the difference to x, are exact.
  const double high = x - k * 1.57079632673412561417, low = k * 6.07710050650619224932e-11;
  const double r = high - low, rest = (high - r) - low;
  const double z = r * r;
  double p = 0, q = 0;
  constexpr double kSin[] = {1.0 / 355687428096000, -1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800,
                             1.0 / 362880,          -1.0 / 5040,          1.0 / 120,        -1.0 / 6};
  constexpr double kCos[] = {1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600, -1.0 / 3628800, 1.0 / 40320, -1.0 / 720, 1.0 / 24};
  for (const double c : kSin) p = p * z + c;
  for (const double c : kCos) q = q * z + c;
  const double sin = r + (r * z * p + rest);
  const double half = 0.5 * z, near = 1 - half;
  const double cos = near + (((1 - near) - half) + (z * z * q - r * rest));
  switch (k & 3) {
    case 0: return {sin, cos};
    case 1: return {cos, -sin};
    case 2: return {-sin, -cos};
    default: return {-cos, sin};
  }
}

}  // namespace midge
