// FILL: every element of the output is the value. Any type of 1, 2, 4 or 8 bytes.
//
// The first input is the output's shape, of int32 or int64; the second is the value, a scalar.
#pragma once
#include "ops/common/checked_ints.h"
#include "ops/common/movement.h"

namespace midge {

struct FillData {
  uint32_t bytes;  ///< of the output
  uint32_t element_bytes;
  CheckedInts dims;
};

}  // namespace midge
