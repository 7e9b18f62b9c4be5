// TRANSPOSE: prepare and eval.
#include "ops/transpose/transpose.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2));
  MIDGE_TRY(check_movable(c, 0));
  const Shape in = c.input(0).shape;
  int32_t perm[kMaxRank];
  uint32_t count;
  MIDGE_TRY(c.constant_ints(1, perm, kMaxRank, &count));
  if (count != static_cast<uint32_t>(in.rank)) return c.fail_input(1, Code::kShapeMismatch);
  Shape out;
  out.rank = in.rank;
  StridedCopy copy;
  copy.rank = in.rank;
  uint32_t seen = 0;
  for (int32_t d = 0; d < in.rank; ++d) {
    const int32_t from = perm[d] < 0 ? perm[d] + in.rank : perm[d];
    if (from < 0 || from >= in.rank || (seen >> from & 1) != 0) return c.fail_input(1, Code::kBadValue);
    seen |= 1u << from;
    out.dims[d] = in[from];
    copy.dims[d] = in[from];
    copy.from_step[d] = in.product(from + 1, in.rank);
  }
  for (int32_t d = 0; d < in.rank; ++d) copy.to_step[d] = out.product(d + 1, out.rank);
  MIDGE_TRY(c.set_output_shape(0, out));
  return prepare_strided_copy(c, copy);
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval_strided_copy}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(transpose, midge::kAll)
