// SHAPE: prepare and eval.
#include "ops/shape/shape.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 1));
  const Shape in = c.input(0).shape;
  Shape out;
  out.rank = 1;
  out.dims[0] = in.rank;
  MIDGE_TRY(c.set_output_shape(0, out));
  ShapeData* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = in;
  p->wide = c.output(0).type == Type::kInt64;
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const ShapeData& p = c.data<ShapeData>();
  uint8_t* out = c.output<uint8_t>(0);
  for (int32_t d = 0; d < p.shape.rank; ++d) {
    const int64_t v = p.shape[d];
    const uint32_t bytes = p.wide ? 8 : 4;
    memcpy(out + static_cast<uint32_t>(d) * bytes, &v, bytes);  // little-endian
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kNone, Type::kInt32, prepare, eval}, {Type::kAny, Type::kNone, Type::kInt64, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(shape, midge::kAll)
