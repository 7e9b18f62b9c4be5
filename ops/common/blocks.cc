// See blocks.h.
#include "ops/common/blocks.h"

namespace midge {
namespace {

/// Restricts dimension m + 1 of the copy from space to blocks to what lies within the space, for one position in the block.
bool restrict_to_space(const BlockData& p, int32_t m, int32_t position, StridedCopy* copy) {
  const int32_t d = m + 1;
  const int64_t block = p.block[m], shift = static_cast<int64_t>(position) - p.before[m];
  const int64_t first = shift < 0 ? (-shift + block - 1) / block : 0;
  const int64_t rest = p.space[d] - shift;
  const int64_t end = rest <= 0 ? 0 : min<int64_t>((rest + block - 1) / block, p.blocks[d]);
  if (first >= end) return false;
  copy->dims[d] = static_cast<int32_t>(end - first);
  copy->from_start += static_cast<int32_t>(first * block + shift) * copy->from_step[d];
  copy->to_start += static_cast<int32_t>(first) * copy->to_step[d];
  copy->from_step[d] = end - first == 1 ? 0 : copy->from_step[d] * p.block[m];
  return true;
}

}  // namespace

Status read_blocks(const PrepareContext& c, BlockData* p, int32_t* widths) {
  MIDGE_TRY(c.expect(3, 3));
  MIDGE_TRY(check_movable(c, 0));
  uint32_t blocks, ends;
  MIDGE_TRY(c.constant_ints(1, p->block, kMaxRank, &blocks));
  MIDGE_TRY(c.constant_ints(2, widths, 2 * kMaxRank, &ends));
  p->spatial = static_cast<int32_t>(blocks);
  if (p->spatial >= c.input(0).shape.rank) return c.fail_input(1, Code::kShapeMismatch);
  if (ends != 2 * blocks) return c.fail_input(2, Code::kShapeMismatch);
  for (int32_t m = 0; m < p->spatial; ++m) {
    if (p->block[m] < 1) return c.fail_input(1, Code::kBadValue);
    if (widths[2 * m] < 0 || widths[2 * m + 1] < 0) return c.fail_input(2, Code::kBadValue);
    p->before[m] = widths[2 * m];
  }
  p->element_bytes = static_cast<int32_t>(type_bytes(c.input(0).type));
  return Code::kOk;
}

Status store_blocks(PrepareContext& c, const BlockData& data) {
  BlockData* p;
  MIDGE_TRY(c.allocate(&p));
  *p = data;
  return Code::kOk;
}

void move_blocks(const BlockData& p, bool to_blocks, const void* from, void* to) {
  int32_t position[kMaxRank] = {};
  for (int32_t batch = 0; batch < p.blocks[0]; batch += p.space[0]) {
    StridedCopy copy;
    copy.rank = p.space.rank;
    copy.element_bytes = p.element_bytes;
    dense_steps(p.space, copy.from_step);
    dense_steps(p.blocks, copy.to_step);
    for (int32_t d = 0; d < copy.rank; ++d) copy.dims[d] = p.space[d];
    copy.to_start = batch * copy.to_step[0];
    bool any = true;
    for (int32_t m = 0; m < p.spatial; ++m) any = any && restrict_to_space(p, m, position[m], &copy);
    if (any) strided_copy(to_blocks ? copy : turned_round(copy), from, to);
    for (int32_t m = p.spatial - 1; m >= 0 && ++position[m] == p.block[m]; --m) position[m] = 0;
  }
}

StridedCopy depth_to_space_copy(const Shape& depth, int32_t block) {
  const int32_t row = depth[3] / block;  // what a row of a block holds: `block` pixels, next to each other in both tensors
  StridedCopy copy;
  copy.rank = 4;  // rows of the depth tensor, rows of a block, columns of the depth tensor, row
  copy.dims[0] = depth[0] * depth[1], copy.dims[1] = block, copy.dims[2] = depth[2], copy.dims[3] = row;
  copy.from_step[0] = depth[2] * depth[3], copy.from_step[1] = row, copy.from_step[2] = depth[3], copy.from_step[3] = 1;
  copy.to_step[0] = depth[2] * depth[3], copy.to_step[1] = depth[2] * row, copy.to_step[2] = row, copy.to_step[3] = 1;
  return copy;
}

Status check_depth(const PrepareContext& c, int32_t* block) {
  MIDGE_TRY(c.expect(1, 1));
  MIDGE_TRY(check_movable(c, 0));
  if (c.input(0).shape.rank != 4) return c.fail_input(0, Code::kUnsupportedRank);
  *block = c.options().i32(0);
  return *block >= 1 ? Status() : Status(Code::kBadValue);
}

}  // namespace midge
