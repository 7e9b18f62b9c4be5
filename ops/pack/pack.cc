// PACK: prepare and eval.
#include "ops/pack/pack.h"

#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kCount, kAxis };
}
constexpr uint32_t kMostInputs = 0xffff;

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, kMostInputs));
  const Tensor in = c.input(0);
  if (in.shape.rank == kMaxRank) return c.fail_input(0, Code::kBadRank);
  int32_t axis = c.options().i32(option::kAxis);
  if (!wrap_axis(&axis, in.shape.rank + 1)) return Code::kBadValue;
  const uint32_t count = c.input_count();
  if (static_cast<uint32_t>(c.options().i32(option::kCount)) != count) return Code::kTensorCount;
  for (uint32_t i = 0; i < count; ++i) {
    if (!c.has_input(i)) return Code::kTensorCount;
    MIDGE_TRY(check_movable(c, i));
    if (c.input(i).shape != in.shape) return c.fail_input(i, Code::kShapeMismatch);
  }
  Shape out;
  for (int32_t d = 0; d <= in.shape.rank; ++d) {
    out.dims[out.rank++] = d < axis ? in.shape[d] : (d == axis ? static_cast<int32_t>(count) : in.shape[d - 1]);
  }
  MIDGE_TRY(c.set_output_shape(0, out));
  Pieces* p;
  return prepare_pieces(c, out, axis, in.type, count, [](uint32_t) { return 1; }, &p);
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval_join}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(pack, midge::kAll)
