// See sigmoid_s16.h. tanh(x) = 2 logistic(2x) - 1 reads the same points.
#include "kernels/sigmoid_s16/sigmoid_s16.h"

#include "base/span.h"

namespace midge {
namespace {

constexpr uint32_t kPoints = 256;

struct Points {
  uint16_t values[kPoints];
};

/// The points i / 24 of 2^16 / (1 + e^-x), each raised by half of what the line to the next one lacks in its middle; the last is where
/// results saturate.
constexpr Points make_points() {
  double factor = 1;  // e^-(1 / 48)
  for (int32_t n = 12; n > 0; --n) factor = 1 - factor / (48.0 * n);
  Points p = {};
  double e = 1;
  for (uint32_t i = 0; i < kPoints - 1; ++i, e *= factor * factor) {
    const double from = 65536 / (1 + e), middle = 65536 / (1 + e * factor), to = 65536 / (1 + e * factor * factor);
    p.values[i] = static_cast<uint16_t>(from + (middle - (from + to) / 2) / 2 + 0.5);
  }
  p.values[kPoints - 1] = 65535;
  return p;
}
constexpr Points kSigmoid = make_points();

int32_t scaled(int16_t x, SigmoidScale s) {
  const int32_t half = s.right > 0 ? INT32_C(1) << (s.right - 1) : 0;
  return wrapping_add(x * s.multiplier, half) >> s.right;
}

/// The function of `magnitude` in steps of 2^-bits of a point's distance, times 2^(16 + bits); `beyond` from the last point on.
uint32_t interpolate(uint32_t magnitude, uint32_t bits, uint32_t beyond) {
  const uint32_t i = magnitude >> bits, fraction = magnitude & ((1u << bits) - 1);
  if (i >= kPoints - 1) return beyond;
  const uint32_t from = kSigmoid.values[i], to = kSigmoid.values[i + 1];
  return (from << bits) + fraction * (to - from);
}

}  // namespace

int16_t logistic_s16(int16_t x, SigmoidScale scale) {
  const int32_t y = scaled(x, scale);
  const uint32_t q = interpolate(static_cast<uint32_t>(y < 0 ? -y : y), 9, 0x7fff << 10);
  return static_cast<int16_t>((y >= 0 ? q + (1 << 9) : (1 << 25) - q + (1 << 9) - 1) >> 10);
}

int16_t tanh_s16(int16_t x, SigmoidScale scale) {
  const int32_t y = scaled(x, scale);
  const int32_t q = static_cast<int32_t>(interpolate(static_cast<uint32_t>(y < 0 ? -y : y), 8, 0xffff << 8)) - (1 << 23);
  return static_cast<int16_t>((y >= 0 ? q + (1 << 7) : -q + (1 << 7) - 1) >> 8);
}

}  // namespace midge
