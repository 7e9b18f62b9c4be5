// x is turned into its fraction of a circle, with 64 bits, by a product with as many bits of 2 / pi as x needs (Payne and Hanek's way): so large x
// are no worse than small ones. What is left of the nearest quarter, |y| <= pi / 4, goes into Taylor polynomials: of degree 9 for
// the sine (truncation below 2^-28 relative), of degree 10 for the cosine (below 2^-32). The roundings of y are three of 2^-24.
#include "base/float_trig.h"

#include <stdint.h>

#include "base/memory.h"

namespace midge {
namespace {

/// x = quarters * pi / 2 + y, |y| <= pi / 4; quarters modulo 4.
struct Reduced {
  uint32_t quarters;
  float y;
};

Reduced reduce(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude <= 0x3f490fda) return {0, x};  // pi / 4, rounded down
  if (magnitude >= 0x7f800000) return {0, x - x};
  // 2 / pi after 32 zero bits: 256 bits in all.
  constexpr uint32_t kTwoOverPi[] = {0, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab};
  // |x| = mantissa * 2^exponent, exponent from -24 to 104. Bits of 2 / pi that weigh 4 / 2^exponent or more give full circles: skipped.
  const uint32_t mantissa = (magnitude & 0x7fffff) | 0x800000;
  const uint32_t skipped = (magnitude >> 23) - 150 + 30, word = skipped / 32, shift = skipped % 32;
  uint32_t window[3];
  for (uint32_t i = 0; i < 3; ++i) {
    const uint64_t pair = static_cast<uint64_t>(kTwoOverPi[word + i]) << 32 | (shift == 0 ? 0 : kTwoOverPi[word + i + 1]);
    window[i] = static_cast<uint32_t>(pair << shift >> 32);
  }
  // The fraction of a circle * 2^64, without what carries beyond; the error is below 2^-8 of its last bit.
  const uint64_t circle = (static_cast<uint64_t>(mantissa * window[0]) << 32) + static_cast<uint64_t>(mantissa) * window[1] +
                          (static_cast<uint64_t>(mantissa) * window[2] >> 32);
  const uint32_t quarters = static_cast<uint32_t>((circle + (UINT64_C(1) << 61)) >> 62);
  const int64_t rest = static_cast<int64_t>(circle - (static_cast<uint64_t>(quarters) << 62));
  const float y = static_cast<float>(rest) * 3.40612158e-19f;  // 2 pi / 2^64
  return (bits >> 31) != 0 ? Reduced{(0 - quarters) & 3, -y} : Reduced{quarters & 3, y};
}

/// The sine of y plus `quarters` quarters of a circle.
float sine(Reduced r) {
  const float z = r.y * r.y;
  float s;
  if ((r.quarters & 1) == 0) {
    s = r.y * (1.0f + z * (-1.66666667e-1f + z * (8.33333333e-3f + z * (-1.98412698e-4f + z * 2.75573192e-6f))));
  } else {
    s = 1.0f + z * (-0.5f + z * (4.16666667e-2f + z * (-1.38888889e-3f + z * (2.48015873e-5f + z * -2.75573192e-7f))));
  }
  return (r.quarters & 2) != 0 ? -s : s;
}

}  // namespace

float sin_f32(float x) { return sine(reduce(x)); }

float cos_f32(float x) {
  Reduced r = reduce(x);
  ++r.quarters;
  return sine(r);
}

}  // namespace midge
