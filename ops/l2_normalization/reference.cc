// L2_NORMALIZATION, as the contract writes it.
#include "base/float_math.h"
#include "base/span.h"
#include "kernels/fixed_math/fixed_math.h"
#include "ops/l2_normalization/l2_normalization.h"

namespace midge {
namespace {

template <class T>
Multiplier inverse_norm(const T* row, int32_t depth, int32_t zero_point) {
  int32_t squares = 0;
  for (int32_t i = 0; i < depth; ++i) {
    const int32_t x = row[i] - zero_point;
    squares += x * x;
  }
  return fixed_inverse_sqrt(squares);
}

}  // namespace

void l2_normalization_s8_reference(const L2NormalizationQ& p, const int8_t* in, int8_t* out) {
  const int32_t depth = p.shape.depth;
  for (int32_t r = 0; r < p.shape.rows; ++r, in += depth, out += depth) {
    const Multiplier m = inverse_norm(in, depth, p.input_zero_point);
    for (int32_t i = 0; i < depth; ++i) {
      const int32_t v = multiply_twice_rounded(in[i] - p.input_zero_point, m.value, m.shift + 7);  // in steps of 1/128
      out[i] = static_cast<int8_t>(clamp<int32_t>(v, -128, 127));
    }
  }
}

void l2_normalization_u8_reference(const L2NormalizationQ& p, const uint8_t* in, uint8_t* out) {
  const int32_t depth = p.shape.depth;
  for (int32_t r = 0; r < p.shape.rows; ++r, in += depth, out += depth) {
    const Multiplier m = inverse_norm(in, depth, p.input_zero_point);
    for (int32_t i = 0; i < depth; ++i) {
      const int32_t v = 128 + multiply_twice_rounded(128 * (in[i] - p.input_zero_point), m.value, m.shift);
      out[i] = static_cast<uint8_t>(clamp<int32_t>(v, 0, 255));
    }
  }
}

void l2_normalization_f32_reference(const RowShape& s, const float* in, float* out) {
  constexpr float kLeast = 1e-6f;
  for (int32_t r = 0; r < s.rows; ++r, in += s.depth, out += s.depth) {
    float squares = 0;
    for (int32_t i = 0; i < s.depth; ++i) squares += in[i] * in[i];
    const float norm = max(sqrt_f32(squares), kLeast);
    for (int32_t i = 0; i < s.depth; ++i) out[i] = in[i] / norm;
  }
}

}  // namespace midge
