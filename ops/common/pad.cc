// See pad.h.
#include "ops/common/pad.h"

#include "ops/common/quantization.h"

namespace midge {

Status read_border(const PrepareContext& c, Border* border, Shape* out) {
  const Shape in = c.input(0).shape;
  int32_t widths[2 * kMaxRank];
  uint32_t count;
  MIDGE_TRY(c.constant_ints(1, widths, 2 * kMaxRank, &count));
  if (count != 2 * static_cast<uint32_t>(in.rank)) return c.fail_input(1, Code::kShapeMismatch);
  out->rank = in.rank;
  for (int32_t d = 0; d < in.rank; ++d) {
    border->before[d] = widths[2 * d], border->after[d] = widths[2 * d + 1];
    const int64_t n = static_cast<int64_t>(in[d]) + border->before[d] + border->after[d];
    if (border->before[d] < 0 || border->after[d] < 0 || n > INT32_MAX) return c.fail_input(1, Code::kBadValue);
    out->dims[d] = static_cast<int32_t>(n);
  }
  return Code::kOk;
}

StridedCopy copy_inside(const PrepareContext& c, const Border& border, const Shape& out) {
  const Tensor in = c.input(0);
  StridedCopy copy;
  copy.rank = out.rank;
  copy.element_bytes = static_cast<int32_t>(type_bytes(in.type));
  dense_steps(in.shape, copy.from_step);
  dense_steps(out, copy.to_step);
  for (int32_t d = 0; d < out.rank; ++d) {
    copy.dims[d] = in.shape[d];
    copy.to_start += border.before[d] * copy.to_step[d];
  }
  return copy;
}

Status border_value(const PrepareContext& c, uint32_t* value) {
  const Tensor out = c.output(0);
  const bool may_have_scale = out.type == Type::kInt8 || out.type == Type::kUint8 || out.type == Type::kInt16;
  value[0] = value[1] = 0;
  if (!may_have_scale || out.quantization.count == 0) return Code::kOk;
  MIDGE_TRY(check_scale(out));
  value[0] = static_cast<uint32_t>(out.zero_point());  // little-endian: the element's bytes come first
  return Code::kOk;
}

Status prepare_pad(PrepareContext& c, PadData** out) {
  MIDGE_TRY(check_movable(c, 0));
  Border border;
  Shape shape;
  MIDGE_TRY(read_border(c, &border, &shape));
  MIDGE_TRY(c.set_output_shape(0, shape));
  MIDGE_TRY(c.allocate(out));
  (*out)->copy = copy_inside(c, border, shape);
  (*out)->count = shape.count();
  return Code::kOk;
}

void pad(const PadData& p, const void* value, const void* in, void* out) {
  fill_elements(value, p.copy.element_bytes, p.count, out);
  strided_copy(p.copy, in, out);
}

}  // namespace midge
