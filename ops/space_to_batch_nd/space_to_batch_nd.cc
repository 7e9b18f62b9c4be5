// SPACE_TO_BATCH_ND: prepare and eval.
#include "ops/space_to_batch_nd/space_to_batch_nd.h"

#include "ops/common/pad.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  BlockData data = {};
  int32_t widths[2 * kMaxRank];
  MIDGE_TRY(read_blocks(c, &data, widths));
  data.space = data.blocks = c.input(0).shape;
  int64_t batches = data.space[0];
  bool border = false;
  for (int32_t m = 0; m < data.spatial; ++m) {
    const int64_t n = static_cast<int64_t>(data.space[m + 1]) + widths[2 * m] + widths[2 * m + 1];
    if (n > INT32_MAX || n % data.block[m] != 0) return c.fail_input(2, Code::kBadValue);
    data.blocks.dims[m + 1] = static_cast<int32_t>(n / data.block[m]);
    batches *= data.block[m];
    if (batches > INT32_MAX) return c.fail_output(0, Code::kTooLarge);
    border = border || widths[2 * m] + widths[2 * m + 1] > 0;
  }
  data.blocks.dims[0] = static_cast<int32_t>(batches);
  MIDGE_TRY(c.set_output_shape(0, data.blocks));
  MIDGE_TRY(border_value(c, data.value));
  data.border = border ? data.blocks.count() : 0;
  return store_blocks(c, data);
}

Status eval(const EvalContext& c) {
  const BlockData& p = c.data<BlockData>();
  if (p.border != 0) fill_elements(p.value, p.element_bytes, p.border, c.output<uint8_t>(0));
  move_blocks(p, true, c.input<uint8_t>(0), c.output<uint8_t>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(space_to_batch_nd, midge::kAll)
