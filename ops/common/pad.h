// What PAD, PADV2 and MIRROR_PAD share: a border around a tensor.
#pragma once
#include "ops/common/movement.h"

namespace midge {

/// Elements before and after the input along each dimension: input 1, a constant [rank, 2].
struct Border {
  int32_t before[kMaxRank];
  int32_t after[kMaxRank];
};

/// Reads the border and computes the output's shape. kBadValue for widths below zero.
Status read_border(const PrepareContext& c, Border* border, Shape* out);

/// The copy of the input to its place within an output of shape `out`.
StridedCopy copy_inside(const PrepareContext& c, const Border& border, const Shape& out);

/// The bytes of a zero of output 0: its zero point where an 8-bit or 16-bit output is quantised (kNoScale if not with one scale and a
/// zero point in range).
Status border_value(const PrepareContext& c, uint32_t* value);

/// PAD and PADV2.
struct PadData {
  StridedCopy copy;
  int32_t count;      ///< elements of the output
  uint32_t value[2];  ///< PAD: of the border, as the element's bytes; PADV2 has it as an input
};

Status prepare_pad(PrepareContext& c, PadData** out);
void pad(const PadData& p, const void* value, const void* in, void* out);

}  // namespace midge
