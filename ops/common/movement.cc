// See movement.h.
#include "ops/common/movement.h"

namespace midge {

Status check_movable(const PrepareContext& c, uint32_t slot, uint32_t to) {
  const Tensor in = c.input(slot), out = c.output(to);
  if (in.type != out.type || type_bytes(in.type) == 0 || type_bytes(in.type) > 8) return c.fail_input(slot, Code::kUnsupportedType);
  return Code::kOk;
}

Status prepare_strided_copy(PrepareContext& c, const StridedCopy& copy) {
  StridedCopy* p;
  MIDGE_TRY(c.allocate(&p));
  *p = copy;
  p->element_bytes = static_cast<int32_t>(type_bytes(c.output(0).type));
  return Code::kOk;
}

Status eval_strided_copy(const EvalContext& c) {
  strided_copy(c.data<StridedCopy>(), c.input<uint8_t>(0), c.output<uint8_t>(0));
  return Code::kOk;
}

Shape moved_shape(const StridedCopy& copy) {
  Shape shape;
  shape.rank = copy.rank;
  for (int32_t d = 0; d < copy.rank; ++d) shape.dims[d] = copy.dims[d];
  return shape;
}

void set_target(const Shape& shape, Type type, StridedCopy* copy) {
  copy->element_bytes = static_cast<int32_t>(type_bytes(type));
  copy->rank = shape.rank;
  for (int32_t d = 0; d < shape.rank; ++d) copy->dims[d] = shape[d];
  dense_steps(shape, copy->to_step);
}

Status prepare_bytes(PrepareContext& c, const Shape& out) {
  MIDGE_TRY(c.set_output_shape(0, out));
  BytesData* p;
  MIDGE_TRY(c.allocate(&p));
  p->bytes = c.input(0).bytes;
  return Code::kOk;
}

Status eval_bytes(const EvalContext& c) {
  memmove(c.output<uint8_t>(0), c.input<uint8_t>(0), c.data<BytesData>().bytes);
  return Code::kOk;
}

Status constant_axis(const PrepareContext& c, uint32_t slot, int32_t rank, int32_t* axis) {
  uint32_t count;
  MIDGE_TRY(c.constant_ints(slot, axis, 1, &count));
  return count == 1 && wrap_axis(axis, rank) ? Status() : c.fail_input(slot, Code::kBadValue);
}

void read_bounds(const void* data, uint32_t element_bytes, uint32_t count, Bounds* out) {
  for (uint32_t i = 0; i < count; ++i) {
    out->values[i] = static_cast<int32_t>(clamp<int64_t>(integer_at(data, element_bytes, i), INT32_MIN, INT32_MAX));
  }
}

Status check_bounds(const PrepareContext& c, uint32_t slot, uint32_t count) {
  const Tensor t = c.input(slot);
  if (t.type != Type::kInt32 && t.type != Type::kInt64) return c.fail_input(slot, Code::kUnsupportedType);
  const bool fits = t.shape.rank == 1 && static_cast<uint32_t>(t.shape[0]) == count && count <= static_cast<uint32_t>(kMaxRank);
  return fits ? Status() : c.fail_input(slot, Code::kShapeMismatch);
}

int64_t integer_at(const void* data, uint32_t element_bytes, uint32_t i) {
  const uint8_t* p = static_cast<const uint8_t*>(data) + static_cast<size_t>(i) * element_bytes;
  if (element_bytes == 2) return static_cast<int16_t>(load_u16(p));
  const int32_t low = static_cast<int32_t>(load_u32(p));
  if (element_bytes == 4) return low;
  return static_cast<int64_t>(static_cast<uint64_t>(load_u32(p + 4)) << 32 | static_cast<uint32_t>(low));
}

Status check_positions(const PrepareContext& c, uint32_t slot) {
  const Type t = c.input(slot).type;
  return t == Type::kInt16 || t == Type::kInt32 || t == Type::kInt64 ? Status() : c.fail_input(slot, Code::kUnsupportedType);
}

}  // namespace midge
