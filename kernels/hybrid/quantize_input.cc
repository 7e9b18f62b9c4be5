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
  const double scale = (static_cast<double>(high) - static_cast<double>(low)) / 255.0;
  const double from_low = -128.0 - static_cast<double>(low) / scale;
  const double from_high = 127.0 - static_cast<double>(high) / scale;
  // The end whose rounding error is smaller decides.
  const double low_error = 128.0 - static_cast<double>(low) / scale;
  const double high_error = 127.0 + static_cast<double>(high) / scale;
  const double zero = low_error < high_error ? from_low : from_high;
  q.scale = static_cast<float>(scale);
  q.zero_point = zero <= -128 ? -128 : (zero >= 127 ? 127 : round_to_int(static_cast<float>(zero)));
  const float inverse = 1.0f / q.scale;
  for (int32_t i = 0; i < n; ++i) {
    const int32_t v = round_to_int(static_cast<float>(q.zero_point) + in[i] * inverse);
    out[i] = static_cast<int8_t>(clamp<int32_t>(v, -128, 127));
  }
  return q;
}

}  // namespace midge
