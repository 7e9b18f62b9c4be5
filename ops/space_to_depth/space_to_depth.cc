// SPACE_TO_DEPTH: prepare and eval.
#include "ops/space_to_depth/space_to_depth.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  int32_t block;
  MIDGE_TRY(check_depth(c, &block));
  const Shape in = c.input(0).shape;
  if (in[1] % block != 0 || in[2] % block != 0) return c.fail_input(0, Code::kShapeMismatch);
  const Shape out = make_shape(in[0], in[1] / block, in[2] / block, in[3] * block * block);  // no larger than the input
  MIDGE_TRY(c.set_output_shape(0, out));
  return prepare_strided_copy(c, turned_round(depth_to_space_copy(out, block)));
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval_strided_copy}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(space_to_depth, midge::kAll)
