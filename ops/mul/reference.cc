// MUL int8, slow and obvious.
#include "ops/mul/mul.h"

namespace midge {

void mul_s8_reference(const MulS8& p, const int8_t* a, const int8_t* b, int8_t* out) {
  for_each_pair(p.shape, [&](int32_t o, int32_t i, int32_t j) {
    out[o] = requantize((a[i] + p.a_offset) * (b[j] + p.b_offset), p.result.value, p.result.shift, p.out);
  });
}

}  // namespace midge
