// Blocks of space whose elements move to the batch (SPACE_TO_BATCH_ND, BATCH_TO_SPACE_ND) or to the depth (SPACE_TO_DEPTH,
// DEPTH_TO_SPACE), and back.
#pragma once
#include "ops/common/movement.h"

namespace midge {

/// The tensor with space is [batch, space..., rest...]; the other one has a batch for each position within a block:
///   blocks[p * batch + n, i, j, ...] = space[n, i * block[0] + p_0 - before[0], j * block[1] + p_1 - before[1], ...]
/// where p counts the positions p_0, p_1, ..., the last one fastest. What leaves the space is border (or, on the way back, cropped).
struct BlockData {
  Shape space, blocks;
  int32_t spatial;           ///< dimensions that have blocks, from 1 on
  int32_t block[kMaxRank];
  int32_t before[kMaxRank];
  int32_t element_bytes;
  int32_t border;            ///< SPACE_TO_BATCH_ND: elements of the output if some are border; else 0
  uint32_t value[2];         ///< of the border, as the element's bytes
};

/// Reads block shape (input 1) and the widths of border or crops (input 2), constants of [spatial] and [spatial, 2].
/// widths: before and after, of each spatial dimension.
Status read_blocks(const PrepareContext& c, BlockData* p, int32_t* widths);
Status store_blocks(PrepareContext& c, const BlockData& data);
/// Between the two tensors, in the direction that is asked for.
void move_blocks(const BlockData& p, bool to_blocks, const void* from, void* to);

/// The copy from depth to space for a tensor with depth of that shape ([batch, height, width, block * block * channels]).
StridedCopy depth_to_space_copy(const Shape& depth, int32_t block);
/// Checks what both depth operators ask for: a rank of 4 and a block size of at least 1 (option field 0).
Status check_depth(const PrepareContext& c, int32_t* block);

}  // namespace midge
