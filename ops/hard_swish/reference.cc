// HARD_SWISH on 8 bits, as the contract defines it: numbers of 16 bits, products rounded to nearest, ties up, but for the last.
#include "ops/hard_swish/hard_swish.h"

namespace midge {
namespace {

int32_t saturated_s16(int64_t x) { return static_cast<int32_t>(clamp<int64_t>(x, -32768, 32767)); }

/// a * b / 2^15 for 16-bit numbers; b is positive.
int32_t rounded_product(int32_t a, int32_t b) { return (a * b + (1 << 14)) >> 15; }

}  // namespace

int32_t hard_swish_reference(const HardSwish8& p, int32_t x) {
  const int32_t fine = x * 128;
  const int32_t on_output_scale = rounded_product(fine, p.output.value);
  // x / 3 in Q0.15, saturated: the last of the left shifts follows the product, so that what saturates before saturates there too.
  const int32_t exponent = p.gate.exponent;
  int32_t gate = exponent > 0 ? saturated_s16(static_cast<int64_t>(fine) * (INT64_C(1) << (exponent - 1))) : fine;
  gate = rounded_product(gate, p.gate.value);
  if (exponent > 0) gate = saturated_s16(gate * 2);
  if (exponent < 0) gate = rounding_divide_by_pot(gate, -exponent);
  gate = (gate + 32768) >> 1;  // (x + 3) / 6
  const int32_t product = gate * on_output_scale / 32768;  // cut off towards 0
  return clamp(rounding_divide_by_pot(product, -p.output.exponent) + p.out.offset, p.out.low, p.out.high);
}

}  // namespace midge
