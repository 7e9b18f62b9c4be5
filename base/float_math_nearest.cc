// e^x: x = k ln 2 + r with |r| <= ln 2 / 2, e^r - 1 by its Taylor series to r^13 (truncation below 2^-56 relative to e^r), then 2^k.
#include "base/float_math_nearest.h"

#include <stdint.h>

#include "base/memory.h"

namespace midge {
namespace {

double power_of_two(int32_t k) {  // -1022 <= k <= 1023
  const uint64_t bits = static_cast<uint64_t>(k + 1023) << 52;
  double d;
  memcpy(&d, &bits, sizeof d);
  return d;
}

/// e^r - 1 for |r| <= 0.35, with a small relative error also near 0.
double expm1_small(double r) {
  double p = 1;
  for (int32_t n = 13; n >= 2; --n) p = 1 + p * r / n;
  return p * r;
}

/// e^x - `less` for |x| <= 700; less is 0 or 1.
double exp_less(double x, double less) {
  if (less == 1 && x > -0.35 && x < 0.35) return expm1_small(x);
  const double scaled = x * 1.4426950408889634;
  const int32_t k = static_cast<int32_t>(scaled + (scaled < 0 ? -0.5 : 0.5));
  // ln 2 in two parts: the first has 21 trailing zero bits, so that k times it is exact.
  const double r = (x - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10;
  return (1 + expm1_small(r)) * power_of_two(k) - less;
}

/// The natural logarithm of a positive, finite x = m 2^k with m in [0.7, 1.42): k ln 2 + 2 atanh(s), s = (m - 1) / (m + 1), by its Taylor series
/// to s^23 (|s| < 0.172: truncation below 2^-59 relative).
double log_positive(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int32_t k = static_cast<int32_t>(bits >> 52) - 1023;  // every float is a normal double
  bits = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1023) << 52;
  double m;
  memcpy(&m, &bits, sizeof m);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++k;
  }
  const double s = (m - 1) / (m + 1), z = s * s;
  double p = 0;
  for (int32_t n = 23; n >= 1; n -= 2) p = p * z + 1.0 / n;
  return k * 0.69314718055994530942 + 2 * s * p;
}

}  // namespace

double exp_f64(double x) {
  if (!(x == x)) return x;
  if (x > 710) return __builtin_inf();
  if (x < -746) return 0;
  if (x > -700 && x < 700) return exp_less(x, 0);
  const double root = exp_less(x / 2, 0);
  return root * root;
}

float exp_nearest(float x) {
  if (!(x == x)) return x;
  if (x > 88.7228f) return __builtin_inff();
  if (x < -104.0f) return 0.0f;
  return static_cast<float>(exp_less(static_cast<double>(x), 0));
}

double log_f64(double x) { return log_positive(x); }

float log_nearest(float x) {
  if (!(x > 0)) return x == 0 ? -__builtin_inff() : __builtin_nanf("");
  return x == __builtin_inff() ? x : static_cast<float>(log_positive(static_cast<double>(x)));
}

float pow_nearest(float x, float y) {
  constexpr float kInfinity = __builtin_inff();
  if (y == 0.0f || x == 1.0f) return 1.0f;
  if (!(x == x) || !(y == y)) return __builtin_nanf("");
  const float a = x < 0 ? -x : x, far = y < 0 ? -y : y;
  // Floats from 2^24 on are even integers.
  const bool integer = far >= 16777216.0f || static_cast<float>(static_cast<int32_t>(far)) == far;
  const bool odd = far < 16777216.0f && integer && (static_cast<int32_t>(far) & 1) != 0;
  if (x < 0 && a < kInfinity && !integer) return __builtin_nanf("");
  float r;
  if (a == 1.0f) {
    r = 1.0f;
  } else if (a == 0.0f || a == kInfinity || far == kInfinity) {
    r = (a > 1.0f) == (y > 0) ? kInfinity : 0.0f;
  } else {
    const double exponent = static_cast<double>(y) * log_positive(static_cast<double>(a));
    r = exponent > 88.73 ? kInfinity : (exponent < -104 ? 0.0f : static_cast<float>(exp_less(exponent, 0)));
  }
  const bool negative = x < 0 || (x == 0.0f && __builtin_signbit(x) != 0);
  return negative && odd ? -r : r;
}

double nth_root(float x, int32_t n) {
  const double wide = static_cast<double>(x);
  return n == 1 ? wide : exp_less(log_positive(wide) / n, 0);
}

}  // namespace midge
