// PAD: prepare and eval.
#include "ops/pad/pad.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2));
  MIDGE_TRY(check_movable(c, 0));
  const Shape in = c.input(0).shape;
  int32_t widths[2 * kMaxRank];
  uint32_t count;
  MIDGE_TRY(c.constant_ints(1, widths, 2 * kMaxRank, &count));
  if (count != 2 * static_cast<uint32_t>(in.rank)) return c.fail_input(1, Code::kShapeMismatch);
  Shape out;
  out.rank = in.rank;
  for (int32_t d = 0; d < in.rank; ++d) {
    const int64_t n = static_cast<int64_t>(in[d]) + widths[2 * d] + widths[2 * d + 1];
    if (widths[2 * d] < 0 || widths[2 * d + 1] < 0 || n > 0x7fffffff) return c.fail_input(1, Code::kBadValue);
    out.dims[d] = static_cast<int32_t>(n);
  }
  MIDGE_TRY(c.set_output_shape(0, out));
  const Tensor output = c.output(0);
  PadData* p;
  MIDGE_TRY(c.allocate(&p));
  p->copy.rank = in.rank;
  p->copy.element_bytes = static_cast<int32_t>(type_bytes(output.type));
  for (int32_t d = 0; d < in.rank; ++d) {
    p->copy.dims[d] = in[d];
    p->copy.from_step[d] = in.product(d + 1, in.rank);
    p->copy.to_step[d] = out.product(d + 1, out.rank);
    p->copy.to_start += widths[2 * d] * p->copy.to_step[d];
  }
  p->bytes = output.bytes;
  p->fill = output.type == Type::kInt8 || output.type == Type::kUint8 ? output.zero_point() : 0;
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const PadData& p = c.data<PadData>();
  memset(c.output<uint8_t>(0), p.fill, p.bytes);
  strided_copy(p.copy, c.input<uint8_t>(0), c.output<uint8_t>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(pad, midge::kAll)
