// DIV in the quantised domain, slow and obvious.
#include "kernels/fixed_math/fixed_math.h"
#include "ops/div/div.h"

namespace midge {

int32_t quantized_quotient(const QuantizedProduct& p, int32_t a, int32_t b) {
  int32_t dividend = a + p.pair.a_offset, divisor = b + p.pair.b_offset;
  if (divisor < 0) dividend = -dividend, divisor = -divisor;
  int32_t divisor_bits;
  const int32_t reciprocal = fixed_reciprocal(divisor, 31, &divisor_bits);
  const uint32_t significant = static_cast<uint32_t>(dividend < 0 ? ~dividend : dividend);
  const int32_t headroom = significant == 0 ? 31 : __builtin_clz(significant) - 1;
  const int32_t quotient = rounding_doubling_high_mul(shift_left(dividend, headroom), reciprocal);
  const int32_t right = divisor_bits + headroom - p.result.shift;
  // Beyond 31 bits the references are undefined; nothing is left of such a quotient.
  const int32_t scaled = right > 31 ? 0 : rounding_divide_by_pot(rounding_doubling_high_mul(quotient, p.result.value), right);
  return clamp(scaled + p.pair.out.offset, p.pair.out.low, p.pair.out.high);
}

}  // namespace midge
