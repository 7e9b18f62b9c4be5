// UNPACK: prepare and eval.
#include "ops/unpack/unpack.h"

#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kCount, kAxis };
}

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 1, c.output_count()));
  const Tensor in = c.input(0);
  int32_t axis = c.options().i32(option::kAxis);
  if (!wrap_axis(&axis, in.shape.rank)) return Code::kBadValue;
  const uint32_t count = c.output_count();
  if (static_cast<uint32_t>(c.options().i32(option::kCount)) != count) return Code::kTensorCount;
  if (static_cast<uint32_t>(in.shape[axis]) != count) return c.fail_input(0, Code::kShapeMismatch);
  Shape out;
  for (int32_t d = 0; d < in.shape.rank; ++d) {
    if (d != axis) out.dims[out.rank++] = in.shape[d];
  }
  for (uint32_t i = 0; i < count; ++i) {
    MIDGE_TRY(check_movable(c, 0, i));
    MIDGE_TRY(c.set_output_shape(i, out));
  }
  Pieces* p;
  return prepare_pieces(c, in.shape, axis, in.type, count, [](uint32_t) { return 1; }, &p);
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval_cut}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(unpack, midge::kAll)
