// See affine.h.
#include "ops/common/affine.h"

#include "ops/common/quantization.h"
#include "ops/common/unary.h"

namespace midge {

Status prepare_affine(PrepareContext& c, const Tensor& quantised) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  const Quantization& q = quantised.quantization;
  const Shape& s = c.input(0).shape;
  const Status bad_scale(Code::kNoScale, Place::kTensor, quantised.index), bad_channels(Code::kQuantization, Place::kTensor, quantised.index);
  if (q.count == 0) return bad_scale;
  Affine plan = {1, 1, count};
  if (q.count > 1) {
    const int32_t d = q.dimension;
    if (d < 0 || d >= s.rank || q.count != static_cast<uint32_t>(s[d])) return bad_channels;
    plan = {s.product(0, d), s[d], s.product(d + 1, s.rank)};
  }
  Affine* p;
  MIDGE_TRY(c.allocate(&p, static_cast<uint64_t>(plan.channels) * sizeof(AffineScale)));
  *p = plan;
  AffineScale* scales = reinterpret_cast<AffineScale*>(p + 1);
  const IntegerRange range = range_of(quantised.type);
  for (uint32_t i = 0; i < q.count; ++i) {
    const AffineScale a = {q.scale(i), q.zero_point(i)};
    if (!(a.scale > 0 && a.scale < __builtin_inff()) || a.zero_point < range.low || a.zero_point > range.high) return bad_scale;
    scales[i] = a;
  }
  return Code::kOk;
}

}  // namespace midge
