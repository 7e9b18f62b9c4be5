// DYNAMIC_UPDATE_SLICE: prepare and eval.
#include "ops/dynamic_update_slice/dynamic_update_slice.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kUpdate = 1, kPosition = 2;

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(3, 3));
  MIDGE_TRY(check_movable(c, 0));
  MIDGE_TRY(check_movable(c, kUpdate));
  const Tensor in = c.input(0), update = c.input(kUpdate);
  MIDGE_TRY(check_bounds(c, kPosition, static_cast<uint32_t>(in.shape.rank)));
  if (update.shape.rank != in.shape.rank) return c.fail_input(kUpdate, Code::kShapeMismatch);
  for (int32_t d = 0; d < in.shape.rank; ++d) {
    if (update.shape[d] > in.shape[d]) return c.fail_input(kUpdate, Code::kShapeMismatch);
  }
  MIDGE_TRY(c.set_output_shape(0, in.shape));
  UpdateSliceData* p;
  MIDGE_TRY(c.allocate(&p));
  set_target(update.shape, update.type, &p->copy);
  dense_steps(update.shape, p->copy.from_step);
  dense_steps(in.shape, p->copy.to_step);
  for (int32_t d = 0; d < in.shape.rank; ++d) p->most[d] = in.shape[d] - update.shape[d];
  p->bytes = in.bytes;
  p->position_bytes = type_bytes(c.input(kPosition).type);
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const UpdateSliceData& p = c.data<UpdateSliceData>();
  Bounds position;
  read_bounds(c.input<void>(kPosition), p.position_bytes, static_cast<uint32_t>(p.copy.rank), &position);
  StridedCopy copy = p.copy;
  for (int32_t d = 0; d < copy.rank; ++d) copy.to_start += clamp(position.values[d], int32_t{0}, p.most[d]) * copy.to_step[d];
  memmove(c.output<uint8_t>(0), c.input<uint8_t>(0), p.bytes);
  strided_copy(copy, c.input<uint8_t>(kUpdate), c.output<uint8_t>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(dynamic_update_slice, midge::kAll)
