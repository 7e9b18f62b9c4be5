// See checked_ints.h.
#include "ops/common/checked_ints.h"

namespace midge {

Status read_ints(const PrepareContext& c, uint32_t slot, CheckedInts* ints) {
  const Tensor in = c.input(slot);
  if (in.type != Type::kInt32 && in.type != Type::kInt64) return c.fail_input(slot, Code::kUnsupportedType);
  if (in.shape.rank != 1) return c.fail_input(slot, Code::kUnsupportedRank);
  ints->computed = !in.constant() && !shape_empty(in.shape) ? 1 : 0;
  ints->element_bytes = type_bytes(in.type);
  if (ints->computed != 0) {
    if (in.shape[0] != ints->count) return c.fail_input(slot, Code::kShapeMismatch);
  } else {
    uint32_t count;
    MIDGE_TRY(c.constant_ints(slot, ints->values, kMaxRank, &count));
    ints->count = static_cast<int32_t>(count);
  }
  for (int32_t i = 0; i < ints->count; ++i) {
    if (ints->values[i] < 0) return c.fail_input(slot, Code::kBadValue);
  }
  return Code::kOk;
}

Status read_shape(const PrepareContext& c, uint32_t slot, CheckedInts* ints, Shape* shape) {
  *shape = c.output(0).shape;
  *ints = CheckedInts{};
  ints->count = shape->rank;
  for (int32_t d = 0; d < shape->rank; ++d) ints->values[d] = shape->dims[d];
  MIDGE_TRY(read_ints(c, slot, ints));
  shape->rank = ints->count;
  for (int32_t d = 0; d < shape->rank; ++d) shape->dims[d] = ints->values[d];
  return Code::kOk;
}

Status check_ints(const EvalContext& c, uint32_t slot, const CheckedInts& ints) {
  if (ints.computed == 0) return Code::kOk;
  const uint8_t* in = c.input<uint8_t>(slot);
  for (int32_t i = 0; i < ints.count; ++i, in += ints.element_bytes) {
    const uint32_t upper = ints.element_bytes == 8 ? load_u32(in + 4) : 0;
    if (load_u32(in) != static_cast<uint32_t>(ints.values[i]) || upper != 0) return Code::kBadData;
  }
  return Code::kOk;
}

}  // namespace midge
