// SPLIT_V: prepare and eval.
#include "ops/split_v/split_v.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kCount = 0;  // option field
constexpr uint32_t kLengths = 1, kAxis = 2;

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(3, 3, c.output_count()));
  const uint32_t count = c.output_count();
  const Tensor lengths = c.input(kLengths);
  if (count < 1 || static_cast<uint32_t>(c.options().i32(kCount)) != count) return Code::kTensorCount;
  if (lengths.type != Type::kInt32 && lengths.type != Type::kInt64) return c.fail_input(kLengths, Code::kUnsupportedType);
  if (!lengths.constant()) return c.fail_input(kLengths, Code::kNotConstant);
  if (static_cast<uint32_t>(lengths.shape.count()) != count) return c.fail_input(kLengths, Code::kShapeMismatch);
  const Shape in = c.input(0).shape;
  int32_t axis;
  MIDGE_TRY(constant_axis(c, kAxis, in.rank, &axis));

  const auto length = [&](uint32_t i) { return integer_at(lengths.data, type_bytes(lengths.type), i); };
  int64_t rest = in[axis];
  uint32_t open = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (length(i) == -1) {
      ++open;
    } else if (length(i) < 0 || length(i) > rest) {
      return c.fail_input(kLengths, Code::kBadValue);
    } else {
      rest -= length(i);
    }
  }
  if (open > 1 || (open == 0 && rest != 0)) return c.fail_input(kLengths, Code::kBadValue);
  return prepare_cut(c, 0, axis, [&](uint32_t i) { return static_cast<int32_t>(length(i) == -1 ? rest : length(i)); });
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval_cut}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(split_v, midge::kAll)
