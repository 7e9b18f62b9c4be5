// RESHAPE: prepare and eval.
#include "ops/reshape/reshape.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kNewShape = 0;  // option field

/// The shape that is asked for, -1 where it is open; rank -1 if there are too many dimensions.
Status wanted_shape(PrepareContext& c, Shape* shape) {
  if (c.has_input(1)) {
    const Tensor t = c.input(1);
    if (t.constant()) {
      uint32_t count;
      MIDGE_TRY(c.constant_ints(1, shape->dims, kMaxRank, &count));
      shape->rank = static_cast<int32_t>(count);
      return Code::kOk;
    }
    // Computed at run time (from SHAPE, STRIDED_SLICE and PACK): the exporter has noted the result.
    const Tensor out = c.output(0);
    const Shape signature = c.model().shape_signature(out.index);
    *shape = signature.rank == out.shape.rank ? signature : out.shape;
    return Code::kOk;
  }
  const VectorAt v = c.options().vector(kNewShape, 4);
  if (v.count > static_cast<uint32_t>(kMaxRank)) return Code::kBadRank;
  shape->rank = static_cast<int32_t>(v.count);
  for (uint32_t i = 0; i < v.count; ++i) shape->dims[i] = c.options().element(v, i);
  return Code::kOk;
}

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 2));
  MIDGE_TRY(check_movable(c, 0));
  const Tensor in = c.input(0);
  Shape shape;
  MIDGE_TRY(wanted_shape(c, &shape));
  const int32_t count = in.shape.count();
  int64_t known = 1;
  int32_t open = -1;
  for (int32_t d = 0; d < shape.rank; ++d) {
    if (shape[d] == -1 && open < 0) {
      open = d;
    } else if (shape[d] <= 0 || known > count) {
      return c.fail_output(0, Code::kShapeMismatch);
    } else {
      known *= shape[d];
    }
  }
  if (open >= 0 && known <= count && count % known == 0) {
    shape.dims[open] = static_cast<int32_t>(count / known);
    known = count;
  }
  if (known != count) return c.fail_output(0, Code::kShapeMismatch);
  MIDGE_TRY(c.set_output_shape(0, shape));
  ReshapeData* p;
  MIDGE_TRY(c.allocate(&p));
  p->bytes = in.bytes;
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  memcpy(c.output<uint8_t>(0), c.input<uint8_t>(0), c.data<ReshapeData>().bytes);
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};
constexpr Variant kInt8[] = {{Type::kInt8, Type::kAny, Type::kInt8, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(reshape, midge::kAll, midge::kInt8)
