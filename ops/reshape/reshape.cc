// RESHAPE: prepare and eval.
#include "ops/reshape/reshape.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kNewShape = 0;  // option field

/// The second input is a shape that counts.
bool has_shape_input(const PrepareContext& c) {
  const Tensor t = c.input(1);
  return t.type == Type::kInt32 && t.shape.rank == 1;
}

/// ... and is computed at run time (from SHAPE, STRIDED_SLICE and PACK, or by the caller).
bool shape_is_computed(const PrepareContext& c) { return has_shape_input(c) && !c.input(1).constant() && !shape_empty(c.input(1).shape); }

/// The shape that is asked for, -1 where it is open.
Status wanted_shape(PrepareContext& c, Shape* shape) {
  if (shape_is_computed(c)) {  // the exporter has noted the result
    const Tensor out = c.output(0);
    const Shape signature = c.model().shape_signature(out.index);
    *shape = signature.rank == out.shape.rank ? signature : out.shape;
    return Code::kOk;
  }
  if (has_shape_input(c)) {
    uint32_t count;
    MIDGE_TRY(c.constant_ints(1, shape->dims, kMaxRank, &count));
    shape->rank = static_cast<int32_t>(count);
    return Code::kOk;
  }
  const VectorAt v = c.options().vector(kNewShape, 4);
  if (v.count > static_cast<uint32_t>(kMaxRank)) return Code::kBadRank;
  shape->rank = static_cast<int32_t>(v.count);
  for (uint32_t i = 0; i < v.count; ++i) shape->dims[i] = c.options().element(v, i);
  if (shape->rank == 1 && shape->dims[0] == 0) shape->rank = 0;  // how old files write a scalar
  return Code::kOk;
}

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 2, 1, 1));
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
  const bool check = shape_is_computed(c);
  if (check && c.input(1).shape.count() != shape.rank) return c.fail_input(1, Code::kShapeMismatch);
  const uint32_t dims_bytes = check ? static_cast<uint32_t>(shape.rank) * 4 : 0;
  ReshapeData* p;
  MIDGE_TRY(c.allocate(&p, dims_bytes));
  p->bytes = in.bytes;
  p->checked_rank = check ? shape.rank : -1;
  memcpy(p + 1, shape.dims, dims_bytes);
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const ReshapeData& p = c.data<ReshapeData>();
  const int32_t* dims = reinterpret_cast<const int32_t*>(&p + 1);
  for (int32_t d = 0; d < p.checked_rank; ++d) {
    const int32_t wanted = c.input<int32_t>(1)[d];
    if (wanted != dims[d] && wanted != -1) return Code::kBadData;
  }
  memmove(c.output<uint8_t>(0), c.input<uint8_t>(0), p.bytes);
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(reshape, midge::kAll)
