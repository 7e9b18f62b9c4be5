// BATCH_TO_SPACE_ND: prepare and eval.
#include "ops/batch_to_space_nd/batch_to_space_nd.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  BlockData data = {};
  int32_t crops[2 * kMaxRank];
  MIDGE_TRY(read_blocks(c, &data, crops));
  data.space = data.blocks = c.input(0).shape;
  for (int32_t m = 0; m < data.spatial; ++m) {
    if (data.space[0] % data.block[m] != 0) return c.fail_input(1, Code::kShapeMismatch);
    data.space.dims[0] /= data.block[m];
    const int64_t n = static_cast<int64_t>(data.blocks[m + 1]) * data.block[m] - crops[2 * m] - crops[2 * m + 1];
    if (n < 1) return c.fail_input(2, Code::kBadValue);
    if (n > INT32_MAX) return c.fail_output(0, Code::kTooLarge);
    data.space.dims[m + 1] = static_cast<int32_t>(n);
  }
  MIDGE_TRY(c.set_output_shape(0, data.space));
  return store_blocks(c, data);
}

Status eval(const EvalContext& c) {
  move_blocks(c.data<BlockData>(), false, c.input<uint8_t>(0), c.output<uint8_t>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(batch_to_space_nd, midge::kAll)
