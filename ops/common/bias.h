// The bias of an operator with weights, whose type is also that of the accumulator.
#pragma once
#include "base/memory.h"
#include "ops/context.h"

namespace midge {

/// int32 with 8-bit activations. With int16 ones as the operator's option says (field `option`), or, where that says nothing, as the
/// bias itself: int32 or int64; int64 where there is neither. kUnsupportedType, kShapeMismatch unless the bias is absent or has one
/// value of that type for each of `channels`.
Status check_bias_type(const PrepareContext& c, uint32_t slot, Type activations, uint32_t option, int32_t channels, Type* type);

/// Value o of a bias of int32 or int64 (`wide`), 0 where there is none. Constants of the file lie at multiples of 4 only.
inline int64_t bias_at(const void* bias, bool wide, int32_t o) {
  if (bias == nullptr) return 0;
  if (!wide) return static_cast<const int32_t*>(bias)[o];
  int64_t value;
  memcpy(&value, static_cast<const uint8_t*>(bias) + static_cast<size_t>(o) * sizeof value, sizeof value);
  return value;
}

}  // namespace midge
