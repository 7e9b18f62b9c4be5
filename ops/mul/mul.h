// MUL: out = act(a * b), the operands' shapes broadcast as in NumPy, up to rank 6.
//
// Types: int8 (each tensor with a scale and zero point of its own), int32, float32.
#pragma once
#include "ops/common/binary.h"

namespace midge {

struct MulS8 {
  Broadcast shape;
  int32_t a_offset, b_offset;  ///< minus the zero points
  Multiplier result;           ///< scale of a * scale of b / scale of the output
  OutputStage out;
};

void mul_s8_reference(const MulS8& p, const int8_t* a, const int8_t* b, int8_t* out);

}  // namespace midge
