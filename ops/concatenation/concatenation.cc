// CONCATENATION: prepare and eval.
#include "ops/concatenation/concatenation.h"

#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kAxis, kActivation };
}
constexpr uint32_t kMostInputs = 0xffff;

bool same_scale(const Tensor& a, const Tensor& b) { return a.scale() == b.scale() && a.zero_point() == b.zero_point(); }

Status check_scales(const Tensor& in, const Tensor& out) {
  if (in.type == Type::kInt8 && in.quantization.count == 1 && out.quantization.count == 1) return check_same_scale(in, out);
  if (in.type != Type::kUint8 || same_scale(in, out)) return Code::kOk;
  MIDGE_TRY(check_scale(in));
  return check_scale(out);
}

/// `extra_bytes`: for each input, behind the plan.
Status prepare_join(PrepareContext& c, uint32_t extra_bytes, Pieces** p) {
  MIDGE_TRY(c.expect(1, kMostInputs));
  if (c.options().u8(option::kActivation) != 0) return Code::kUnsupportedActivation;
  Shape out = c.input(0).shape;
  int32_t axis = c.options().i32(option::kAxis);
  if (!wrap_axis(&axis, out.rank)) return Code::kBadValue;
  int64_t along = 0;
  for (uint32_t i = 0; i < c.input_count(); ++i) {
    if (!c.has_input(i)) return Code::kTensorCount;
    MIDGE_TRY(check_movable(c, i));
    MIDGE_TRY(check_scales(c.input(i), c.output(0)));
    Shape in = c.input(i).shape;
    if (in.rank != out.rank) return c.fail_input(i, Code::kShapeMismatch);
    along += in[axis];
    in.dims[axis] = out[axis];
    if (in != out) return c.fail_input(i, Code::kShapeMismatch);
  }
  if (along > INT32_MAX) return c.fail_output(0, Code::kTooLarge);
  out.dims[axis] = static_cast<int32_t>(along);
  MIDGE_TRY(c.set_output_shape(0, out));
  const auto length = [&](uint32_t i) { return c.input(i).shape[axis]; };
  return prepare_pieces(c, out, axis, c.output(0).type, c.input_count(), length, p, c.input_count() * extra_bytes);
}

Status prepare(PrepareContext& c) {
  Pieces* p;
  return prepare_join(c, 0, &p);
}

Status prepare_u8(PrepareContext& c) {
  Pieces* p;
  MIDGE_TRY(prepare_join(c, sizeof(ConcatenationRescale), &p));
  ConcatenationRescale* rescale = reinterpret_cast<ConcatenationRescale*>(p->sizes() + p->count);
  const Tensor out = c.output(0);
  for (uint32_t i = 0; i < c.input_count(); ++i) {
    const Tensor in = c.input(i);
    if (same_scale(in, out)) continue;
    const float factor = in.scale() * (1 / out.scale());
    rescale[i] = ConcatenationRescale{1, factor, static_cast<float>(-in.zero_point()) * factor, out.zero_point()};
  }
  return Code::kOk;
}

void rescale_u8(const ConcatenationRescale& r, uint8_t* values, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    const int32_t q = round_to_int(static_cast<float>(values[i]) * r.factor + r.offset);
    values[i] = static_cast<uint8_t>(clamp(q, -r.zero_point, 255 - r.zero_point) + r.zero_point);
  }
}

Status eval_u8(const EvalContext& c) {
  MIDGE_TRY(eval_join(c));
  const Pieces& p = c.data<Pieces>();
  const ConcatenationRescale* rescale = reinterpret_cast<const ConcatenationRescale*>(p.sizes() + p.count);
  uint8_t* out = c.output<uint8_t>(0);
  for (int32_t o = 0; o < p.outer; ++o) {
    for (uint32_t i = 0; i < p.count; out += p.sizes()[i++]) {
      if (rescale[i].needed != 0) rescale_u8(rescale[i], out, p.sizes()[i]);
    }
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kUint8, Type::kAny, Type::kUint8, prepare_u8, eval_u8},
                            {Type::kAny, Type::kAny, Type::kAny, prepare, eval_join}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(concatenation, midge::kAll)
