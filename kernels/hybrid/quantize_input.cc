// See quantize_input.h.
#include "kernels/hybrid/quantize_input.h"

#include "base/fixed_point.h"
#include "base/span.h"

namespace midge {
namespace {

void range_with_zero(const float* in, int32_t n, float* low, float* high) {
  *low = 0, *high = 0;
  for (int32_t i = 0; i < n; ++i) {
    *low = min(*low, in[i]);
    *high = max(*high, in[i]);
  }
}

/// To nearest, ties away from zero, within int8.
int32_t round_zero_point(double zero) {
  if (!(zero > -128)) return -128;
  if (zero >= 127) return 127;
  const int32_t whole = static_cast<int32_t>(zero);
  const double rest = zero - whole;  // exact
  return whole + (rest >= 0.5 ? 1 : 0) - (rest <= -0.5 ? 1 : 0);
}

}  // namespace

HybridScale quantize_symmetric(const float* in, int32_t n, int8_t* out) {
  float low, high;
  range_with_zero(in, n, &low, &high);
  const float range = max(-low, high);
  HybridScale q;
  if (range > 0) q.scale = range / 127.0f;
  const float inverse = range > 0 ? 127.0f / range : 0.0f;
  for (int32_t i = 0; i < n; ++i) out[i] = static_cast<int8_t>(clamp<int32_t>(round_to_int(in[i] * inverse), -127, 127));
  return q;
}

HybridScale quantize_asymmetric(const float* in, int32_t n, int8_t* out) {
  float low, high;
  range_with_zero(in, n, &low, &high);
  HybridScale q;
  if (low == high) {
    for (int32_t i = 0; i < n; ++i) out[i] = 0;
    return q;
  }
  const double scale = static_cast<double>(high - low) / 255.0;  // the contract takes the difference in single precision
  const double below = static_cast<double>(low) / scale, above = static_cast<double>(high) / scale;
  // The end whose rounding error is smaller decides.
  const double zero = 128.0 - below < 127.0 + above ? -128.0 - below : 127.0 - above;
  q.scale = static_cast<float>(scale);
  q.zero_point = round_zero_point(zero);
  const float inverse = q.scale > 0 ? 1.0f / q.scale : 0.0f;
  for (int32_t i = 0; i < n; ++i) {
    // Rounded before the zero point is added: it makes a difference at ties and within a float's step of them.
    const int32_t v = clamp<int32_t>(round_to_int(in[i] * inverse), -255, 255);
    out[i] = static_cast<int8_t>(clamp<int32_t>(v + q.zero_point, -128, 127));
  }
  return q;
}

}  // namespace midge
