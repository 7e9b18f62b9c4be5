// POW of two numbers.
#include "base/fixed_point.h"
#include "base/float_math_nearest.h"
#include "base/span.h"
#include "ops/pow/pow.h"

namespace midge {
namespace {

/// a^n for n >= 1: from the exponent's highest bit down, each step squares and, for a 1, multiplies by a.
template <class T, class Multiply>
T by_squaring(T a, int32_t n, Multiply multiply) {
  T r = a;
  for (int32_t bit = 30 - __builtin_clz(static_cast<uint32_t>(n)); bit >= 0; --bit) {
    r = multiply(r, r);
    if ((n >> bit & 1) != 0) r = multiply(a, r);
  }
  return r;
}

}  // namespace

int32_t power_s32(const PowData& p, int32_t a, int32_t b) {
  if (b == 0) return 1;
  if (p.one_exponent != 0) return by_squaring(a, b, [](int32_t x, int32_t y) { return wrapping_mul(x, y); });
  constexpr int64_t kTooMuch = INT64_C(0x80000001);  // in magnitude: stands for all that do not fit
  const int64_t r = by_squaring(static_cast<int64_t>(a), b, [](int64_t x, int64_t y) { return clamp(x * y, -kTooMuch, kTooMuch); });
  return r < INT32_MIN || r > INT32_MAX ? INT32_MIN : static_cast<int32_t>(r);
}

float power_f32(const PowData& p, float a, float b) {
  constexpr float kMost = 3.40282347e+38f;
  const int32_t n = round_to_int(b);
  const float off = b - static_cast<float>(n);
  if (p.one_exponent != 0 && n >= 1 && off < 1e-5f && off > -1e-5f) {
    return by_squaring(a, n, [](float x, float y) { return clamp(x * y, -kMost, kMost); });
  }
  return pow_nearest(a, b);
}

}  // namespace midge
