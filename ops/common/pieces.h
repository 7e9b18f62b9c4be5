// A tensor and its pieces along an axis: CONCATENATION and PACK join them, SPLIT, SPLIT_V and UNPACK cut them.
//
// Seen from the axis a tensor is `outer` rows; in each the pieces lie one after the other.
#pragma once
#include "ops/common/movement.h"

namespace midge {

struct Pieces {
  int32_t outer;       ///< product of the dimensions before the axis
  uint32_t count;
  uint32_t row_bytes;  ///< of the whole tensor
  uint32_t whole;      ///< its input slot; joins do not use it
  // followed by count x uint32_t: bytes of each piece in a row

  uint32_t* sizes() { return reinterpret_cast<uint32_t*>(this + 1); }
  const uint32_t* sizes() const { return reinterpret_cast<const uint32_t*>(this + 1); }
};

/// Stores the plan for a whole tensor of that shape and type, followed by `extra_bytes`; length(i) is piece i's along the axis.
template <class F>
Status prepare_pieces(PrepareContext& c, const Shape& whole, int32_t axis, Type type, uint32_t count, F length, Pieces** out,
                      uint64_t extra_bytes = 0) {
  const uint32_t unit = static_cast<uint32_t>(whole.product(axis + 1, whole.rank)) * type_bytes(type);
  MIDGE_TRY(c.allocate(out, uint64_t{4} * count + extra_bytes));
  **out = Pieces{whole.product(0, axis), count, static_cast<uint32_t>(whole[axis]) * unit, 0};
  for (uint32_t i = 0; i < count; ++i) (*out)->sizes()[i] = static_cast<uint32_t>(length(i)) * unit;
  return Code::kOk;
}

/// Cuts input `slot` into all outputs along an axis; length(i) is output i's. Sets their shapes.
template <class F>
Status prepare_cut(PrepareContext& c, uint32_t slot, int32_t axis, F length) {
  const Tensor in = c.input(slot);
  for (uint32_t i = 0; i < c.output_count(); ++i) {
    MIDGE_TRY(check_movable(c, slot, i));
    Shape out = in.shape;
    out.dims[axis] = length(i);
    MIDGE_TRY(c.set_output_shape(i, out));
  }
  Pieces* p;
  MIDGE_TRY(prepare_pieces(c, in.shape, axis, in.type, c.output_count(), length, &p));
  p->whole = slot;
  return Code::kOk;
}

/// From all inputs to output 0.
Status eval_join(const EvalContext& c);
/// From the whole tensor to all outputs.
Status eval_cut(const EvalContext& c);

}  // namespace midge
