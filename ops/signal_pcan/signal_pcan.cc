// SignalPCAN: prepare and eval.
#include "ops/signal_pcan/signal_pcan.h"

#include "base/fixed_point.h"
#include "ops/common/custom_options.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr int32_t kTableSize = 125;
constexpr uint32_t kSnrBits = 12, kOutputBits = 6;

/// The quadratic piece of x's number of bits, at the 10 bits behind its leading one.
int16_t gain(uint32_t x, const int16_t* table) {
  if (x <= 2) return table[x];
  const uint32_t bits = significant_bits(x);
  const int16_t* const piece = table + 4 * bits - 6;
  const int32_t rest = static_cast<int32_t>((bits < 11 ? x << (11 - bits) : x >> (bits - 11)) & 0x3ff);
  const int32_t slope = ((piece[2] * rest) >> 5) + shift_left(piece[1], 5);
  return static_cast<int16_t>((wrapping_add(wrapping_mul(slope, rest), 1 << 14) >> 15) + piece[0]);
}

uint32_t shrink(uint32_t snr) {
  if (snr < 2u << kSnrBits) return (snr * snr) >> (2 + 2 * kSnrBits - kOutputBits);
  return (snr >> (kSnrBits - kOutputBits)) - (1u << kOutputBits);
}

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(3, 3));
  MIDGE_TRY(check_vector(c, 0, Type::kUint32));
  MIDGE_TRY(check_vector(c, 1, Type::kUint32));
  MIDGE_TRY(check_vector(c, 2, Type::kInt16));
  const Shape shape = c.input(0).shape;
  if (c.input(1).shape != shape) return c.fail_input(1, Code::kShapeMismatch);
  if (c.input(2).shape[0] < kTableSize) return c.fail_input(2, Code::kShapeMismatch);
  CustomOptions options(c);
  const int32_t snr_shift = options.integer("snr_shift", 0, 63);
  MIDGE_TRY(options.status());
  MIDGE_TRY(c.set_output_shape(0, shape));
  SignalPcan* p;
  MIDGE_TRY(c.allocate(&p));
  *p = SignalPcan{shape[0], snr_shift};
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const SignalPcan& p = c.data<SignalPcan>();
  const uint32_t* const in = c.input<uint32_t>(0);
  const uint32_t* const noise = c.input<uint32_t>(1);
  uint32_t* const out = c.output<uint32_t>(0);
  for (int32_t i = 0; i < p.channels; ++i) {
    const uint64_t factor = static_cast<uint32_t>(gain(noise[i], c.input<int16_t>(2)));
    out[i] = shrink(static_cast<uint32_t>((in[i] * factor) >> p.snr_shift));
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kUint32, Type::kUint32, Type::kUint32, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_pcan, midge::kAll)
