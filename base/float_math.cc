// exp: x = k ln 2 + r with |r| <= ln 2 / 2, e^r by its Taylor polynomial of degree 7 (truncation below 2^-27 relative),
// then scaled by 2^k. tanh: an odd polynomial near 0, where 1 - 2 / (e^2x + 1) would cancel, that formula elsewhere.
// log: x = 2^k m with m in [0.7, 1.42), log m = 2 atanh(s) with s = (m - 1) / (m + 1) by its Taylor polynomial to s^9 (|s| < 0.172:
// truncation below 2^-28 relative).
#include "base/float_math.h"

#include <stdint.h>
#include "base/memory.h"

namespace midge {
namespace {

float power_of_two(int32_t k) {  // -126 <= k <= 127
  const uint32_t bits = static_cast<uint32_t>(k + 127) << 23;
  float f;
  memcpy(&f, &bits, sizeof f);
  return f;
}

/// A finite number that is not 0, without its sign, as mantissa * 2^exponent with 2^23 <= mantissa < 2^24.
struct Parts {
  uint32_t mantissa;
  int32_t exponent;
};
Parts parts_of(uint32_t bits) {
  Parts p = {bits & 0x7fffff, static_cast<int32_t>(bits >> 23) - 150};
  if (bits >> 23 != 0) return {p.mantissa | 0x800000, p.exponent};
  for (++p.exponent; p.mantissa < 0x800000; --p.exponent) p.mantissa <<= 1;  // subnormal
  return p;
}
Parts parts_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return parts_of(bits);
}

}  // namespace

float exp_f32(float x) {
  if (!(x == x)) return x;
  if (x > 88.7228f) return power_of_two(127) * 4.0f;  // overflows to infinity
  if (x < -104.0f) return 0.0f;
  const float scaled = x * 1.44269504f;
  const int32_t k = static_cast<int32_t>(scaled + (scaled < 0 ? -0.5f : 0.5f));
  const float kf = static_cast<float>(k);
  // ln 2 in two parts: the first has 9 trailing zero bits, so that kf * part is exact.
  const float r = (x - kf * 0.693359375f) - kf * -2.12194440e-4f;
  float p = 1.98412698e-4f;
  p = p * r + 1.38888889e-3f;
  p = p * r + 8.33333333e-3f;
  p = p * r + 4.16666667e-2f;
  p = p * r + 1.66666667e-1f;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  const int32_t half = k / 2;  // in two steps, so that neither factor leaves the range of normal numbers
  return p * power_of_two(half) * power_of_two(k - half);
}

float log_f32(float x) {
  if (!(x > 0)) return x == 0 ? -__builtin_inff() : __builtin_nanf("");
  if (x == __builtin_inff()) return x;
  const Parts p = parts_of(x);
  int32_t k = p.exponent + 23;
  float m = static_cast<float>(p.mantissa) * power_of_two(-23);
  if (m > 1.41421356f) {
    m *= 0.5f;
    ++k;
  }
  const float f = m - 1.0f;  // exact
  const float s = f / (2.0f + f), z = s * s;
  const float tail = z * (0.666666667f + z * (0.4f + z * (0.285714286f + z * 0.222222222f)));
  // 2s is f - s * f: f, the largest part near 1, is exact. ln 2 in two parts, as above.
  const float kf = static_cast<float>(k);
  return kf * 0.693359375f + (f - (s * (f - tail) - kf * -2.12194440e-4f));
}

float sqrt_f32(float x) {
  if (!(x > 0)) return x == 0 ? x : __builtin_nanf("");
  if (x == __builtin_inff()) return x;
  const Parts p = parts_of(x);
  const int32_t up = (p.exponent & 1) != 0 ? 25 : 26;  // an even exponent, and a root of 25 bits
  const uint64_t square = static_cast<uint64_t>(p.mantissa) << up;
  uint32_t root = 0;
  for (uint32_t bit = UINT32_C(1) << 24; bit != 0; bit >>= 1) {
    const uint64_t next = root | bit;
    if (next * next <= square) root |= bit;
  }
  // The last bit is the half. It is no tie: an odd root has an odd square, which this is not.
  return static_cast<float>((root + 1) >> 1) * power_of_two((p.exponent - up) / 2 + 1);
}

float tanh_f32(float x) {
  if (!(x == x)) return x;
  const float a = x < 0 ? -x : x;
  float t;
  if (a > 9.1f) {
    t = 1.0f;
  } else if (a < 0.35f) {
    const float s = a * a;
    float p = -0.00886323553f;
    p = p * s + 0.0218694885f;
    p = p * s + -0.0539682540f;
    p = p * s + 0.133333333f;
    p = p * s + -0.333333333f;
    t = a + a * s * p;
  } else {
    t = 1.0f - 2.0f / (exp_f32(2.0f * a) + 1.0f);
  }
  return x < 0 ? -t : t;
}

float fmod_f32(float x, float y) {
  constexpr uint32_t kInfinity = 0x7f800000;
  uint32_t x_bits, y_bits;
  memcpy(&x_bits, &x, sizeof x_bits);
  memcpy(&y_bits, &y, sizeof y_bits);
  const uint32_t a = x_bits & 0x7fffffff, b = y_bits & 0x7fffffff;
  if (a >= kInfinity || b > kInfinity || b == 0) return __builtin_nanf("");
  if (a < b) return x;
  const Parts dividend = parts_of(a), divisor = parts_of(b);
  uint32_t rest = dividend.mantissa;  // long division, a bit of the quotient at a time
  for (int32_t e = dividend.exponent; e >= divisor.exponent; --e) {
    if (rest >= divisor.mantissa) rest -= divisor.mantissa;
    if (e > divisor.exponent) rest <<= 1;
  }
  const int32_t half = divisor.exponent / 2;  // in two steps, so that neither factor leaves the range of normal numbers
  const float r = static_cast<float>(rest) * power_of_two(half) * power_of_two(divisor.exponent - half);
  return x_bits != a ? -r : r;
}

}  // namespace midge
