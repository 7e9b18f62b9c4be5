// EXPAND_DIMS: prepare and eval.
#include "ops/expand_dims/expand_dims.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2));
  MIDGE_TRY(check_movable(c, 0));
  const Shape in = c.input(0).shape;
  int32_t axis;
  MIDGE_TRY(constant_axis(c, 1, in.rank + 1, &axis));
  if (in.rank == kMaxRank) return c.fail_output(0, Code::kBadRank);
  Shape out;
  for (int32_t d = 0; d < in.rank; ++d) {
    if (d == axis) out.dims[out.rank++] = 1;
    out.dims[out.rank++] = in[d];
  }
  if (axis == in.rank) out.dims[out.rank++] = 1;
  return prepare_bytes(c, out);
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval_bytes}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(expand_dims, midge::kAll)
