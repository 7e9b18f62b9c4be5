// See sigmoid_s16.h.
#include "ops/common/sigmoid_s16.h"

namespace midge {
namespace {

/// Whether log2(x) is within 0.001 of 0.
bool near_one(float x) { return x > 0.99930709f && x < 1.00069339f; }

/// Any other scale: scale * 3 * 4096 doubled until it has 15 bits, then cut off.
Status general_scale(float scale, SigmoidScale* out) {
  constexpr float kLeast = 16383.5f / 3;
  float third = scale * 4096.0f;
  out->right = 0;
  for (; third <= kLeast && out->right < 31; ++out->right) third *= 2.0f;
  if (third > 65535.0f / 3) return Code::kScaleRange;
  const int32_t whole = static_cast<int32_t>(third);
  out->multiplier = 3 * whole + static_cast<int32_t>(3.0f * (third - static_cast<float>(whole)));  // exact, where 3 * third is not
  return Code::kOk;
}

}  // namespace

Status prepare_sigmoid_s16(PrepareContext& c, bool tanh) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  MIDGE_TRY(check_unary_scales(c));
  if (!near_one(c.output(0).scale() * 32768.0f)) return c.fail_output(0, Code::kNoScale);
  SigmoidS16* p;
  MIDGE_TRY(c.allocate(&p));
  p->count = count;
  const float scale = c.input(0).scale();
  if (near_one(scale * 4096.0f)) {
    p->scale = {3, 0};
  } else if (tanh && near_one(scale * 2048.0f)) {
    p->scale = {6, 0};
  } else if (!general_scale(scale, &p->scale).ok()) {
    return c.fail_input(0, Code::kScaleRange);
  }
  return Code::kOk;
}

}  // namespace midge
