// CIRCULAR_BUFFER: the last `slots` inputs, oldest first, for strided streaming convolutions: in[1,1,w,d] to out[1,slots,w,d]. The
// operators behind it run at every cycles_max-th inference only: at the others invoke() ends here with kMoreInput.
//
// Types: int8. Slots start at the output's zero point. Where the output is a variable tensor, as TFLM's converter makes it, it is the
// state; otherwise the state lies in the prepared data.
//
// Options: cycles_max. Without it, or where it is not positive, TFLM decides for the two models it knows: 1 with 5, 13 or 25 slots, else
// 2. (It also looks at a process-wide count of operators, for the last one of one of them. Such a model must say cycles_max.)
#pragma once
#include "ops/context.h"

namespace midge {

struct CircularBuffer {
  uint32_t slots, slot_bytes;
  int32_t cycles, cycles_left;
  int32_t own_state;   ///< whether the state follows: int8_t[slots][slot_bytes]
  int32_t zero_point;
};

}  // namespace midge
