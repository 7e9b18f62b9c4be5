// SPLIT: prepare and eval.
#include "ops/split/split.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kCount = 0;  // option field
constexpr uint32_t kAxis = 0, kInput = 1;

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2, c.output_count()));
  const int32_t count = c.options().i32(kCount);
  if (count < 1 || static_cast<uint32_t>(count) != c.output_count()) return Code::kTensorCount;
  const Shape in = c.input(kInput).shape;
  int32_t axis;
  MIDGE_TRY(constant_axis(c, kAxis, in.rank, &axis));
  if (in[axis] % count != 0) return c.fail_input(kInput, Code::kShapeMismatch);
  return prepare_cut(c, kInput, axis, [&](uint32_t) { return in[axis] / count; });
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval_cut}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(split, midge::kAll)
