// REVERSE_V2: prepare and eval.
#include "ops/reverse_v2/reverse_v2.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kAxes = 1;

/// Turns the source round along the axes. False if one is out of range or named twice.
bool reverse(const void* axes, uint32_t axis_bytes, uint32_t count, StridedCopy* copy) {
  Bounds named;
  read_bounds(axes, axis_bytes, count, &named);
  for (uint32_t i = 0; i < count; ++i) {
    int32_t d = named.values[i];
    if (!wrap_axis(&d, copy->rank) || copy->from_step[d] < 0) return false;
    copy->from_start += (copy->dims[d] - 1) * copy->from_step[d];
    copy->from_step[d] = -copy->from_step[d];
  }
  return true;
}

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2));
  MIDGE_TRY(check_movable(c, 0));
  const Tensor in = c.input(0), axes = c.input(kAxes);
  if (axes.shape.rank != 1 || axes.shape[0] > in.shape.rank) return c.fail_input(kAxes, Code::kShapeMismatch);
  const uint32_t count = static_cast<uint32_t>(axes.shape[0]), axis_bytes = type_bytes(axes.type);
  MIDGE_TRY(check_bounds(c, kAxes, count));
  StridedCopy copy;
  set_target(in.shape, in.type, &copy);
  dense_steps(in.shape, copy.from_step);
  if (axes.constant() && !reverse(axes.data, axis_bytes, count, &copy)) return c.fail_input(kAxes, Code::kBadValue);
  MIDGE_TRY(c.set_output_shape(0, in.shape));
  ReverseData* p;
  MIDGE_TRY(c.allocate(&p));
  *p = ReverseData{copy, axes.constant() ? 0 : count, axis_bytes};
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const ReverseData& p = c.data<ReverseData>();
  StridedCopy copy = p.copy;
  if (!reverse(c.input<void>(kAxes), p.axis_bytes, p.axes, &copy)) return Code::kBadData;
  strided_copy(copy, c.input<uint8_t>(0), c.output<uint8_t>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(reverse_v2, midge::kAll)
