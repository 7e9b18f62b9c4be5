// DEPTH_TO_SPACE: prepare and eval.
#include "ops/depth_to_space/depth_to_space.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  int32_t block;
  MIDGE_TRY(check_depth(c, &block));
  const Shape in = c.input(0).shape;
  if (in[3] / block % block != 0 || in[3] % block != 0) return c.fail_input(0, Code::kShapeMismatch);
  const int64_t height = static_cast<int64_t>(in[1]) * block, width = static_cast<int64_t>(in[2]) * block;
  if (max(height, width) > INT32_MAX) return c.fail_output(0, Code::kTooLarge);
  MIDGE_TRY(c.set_output_shape(0, make_shape(in[0], static_cast<int32_t>(height), static_cast<int32_t>(width), in[3] / block / block)));
  return prepare_strided_copy(c, depth_to_space_copy(in, block));
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval_strided_copy}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(depth_to_space, midge::kAll)
