// See arg.h.
#include "ops/common/arg.h"

namespace midge {

Status prepare_arg(PrepareContext& c) {
  constexpr uint32_t kOutputType = 0;  // option field
  MIDGE_TRY(c.expect(2, 2));
  const Tensor in = c.input(0), out = c.output(0);
  if (out.type != Type::kInt32 && out.type != Type::kInt64) return c.fail_output(0, Code::kUnsupportedType);
  if (c.options().u8(kOutputType) != static_cast<uint8_t>(out.type)) return c.fail_output(0, Code::kUnsupportedOption);
  int32_t axis;
  uint32_t count;
  MIDGE_TRY(c.constant_ints(1, &axis, 1, &count));
  AxisShape shape;
  if (count != 1 || !split_at(in.shape, axis, &shape)) return c.fail_input(1, Code::kBadValue);
  Shape rest;
  const int32_t gone = axis < 0 ? axis + in.shape.rank : axis;
  for (int32_t d = 0; d < in.shape.rank; ++d) {
    if (d != gone) rest.dims[rest.rank++] = in.shape[d];
  }
  MIDGE_TRY(c.set_output_shape(0, rest));
  ArgData* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  p->wide = out.type == Type::kInt64 ? 1 : 0;
  return Code::kOk;
}

}  // namespace midge
