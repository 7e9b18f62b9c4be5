// SignalFilterBankLog: prepare and eval.
#include "ops/signal_filter_bank_log/signal_filter_bank_log.h"

#include "ops/common/custom_options.h"
#include "ops/registry.h"

namespace midge {
namespace {

/// log2(1 + i / 128) - i / 128, with 16 bits of fraction.
constexpr uint16_t kBend[] = {
    0,    224,  442,  654,  861,  1063, 1259, 1450, 1636, 1817, 1992, 2163, 2329, 2490, 2646, 2797, 2944, 3087, 3224, 3358, 3487, 3611,
    3732, 3848, 3960, 4068, 4172, 4272, 4368, 4460, 4549, 4633, 4714, 4791, 4864, 4934, 5001, 5063, 5123, 5178, 5231, 5280, 5326, 5368,
    5408, 5444, 5477, 5507, 5533, 5557, 5578, 5595, 5610, 5622, 5631, 5637, 5640, 5641, 5638, 5633, 5626, 5615, 5602, 5586, 5568, 5547,
    5524, 5498, 5470, 5439, 5406, 5370, 5332, 5291, 5249, 5203, 5156, 5106, 5054, 5000, 4944, 4885, 4825, 4762, 4697, 4630, 4561, 4490,
    4416, 4341, 4264, 4184, 4103, 4020, 3935, 3848, 3759, 3668, 3575, 3481, 3384, 3286, 3186, 3084, 2981, 2875, 2768, 2659, 2549, 2437,
    2323, 2207, 2090, 1971, 1851, 1729, 1605, 1480, 1353, 1224, 1094, 963,  830,  695,  559,  421,  282,  142,  0};
constexpr uint32_t kFractionBits = 16, kPieceBits = kFractionBits - 7;
constexpr uint32_t kHalf = 1u << (kFractionBits - 1);
constexpr uint32_t kLn2 = 45426;  // with 16 bits of fraction

/// x >= 2.
uint32_t scaled_log(uint32_t x, uint32_t scale) {
  const uint32_t whole = significant_bits(x) - 1;
  const uint32_t rest = x - (1u << whole);
  const uint32_t fraction = whole < kFractionBits ? rest << (kFractionBits - whole) : rest >> (whole - kFractionBits);
  const uint32_t piece = fraction >> kPieceBits;
  const int32_t low = kBend[piece], step = kBend[piece + 1] - low;
  // The contract divides by 2^16 here, not by a piece's 2^9: between its ends a piece is all but flat.
  const int32_t along = (step * static_cast<int32_t>(fraction - (piece << kPieceBits))) >> kFractionBits;
  const uint32_t log2 = (whole << kFractionBits) + fraction + static_cast<uint32_t>(low + along);
  const uint32_t ln = static_cast<uint32_t>((static_cast<uint64_t>(kLn2) * log2 + kHalf) >> kFractionBits);
  return (scale * ln + kHalf) >> kFractionBits;
}

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 1));
  MIDGE_TRY(check_vector(c, 0, Type::kUint32));
  const Shape shape = c.input(0).shape;
  CustomOptions options(c);
  const int32_t correction_bits = options.integer("input_correction_bits", 0, 31);
  const uint32_t scale = static_cast<uint32_t>(options.integer("output_scale"));
  MIDGE_TRY(options.status());
  MIDGE_TRY(c.set_output_shape(0, shape));
  SignalFilterBankLog* p;
  MIDGE_TRY(c.allocate(&p));
  *p = SignalFilterBankLog{shape[0], correction_bits, scale};
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const SignalFilterBankLog& p = c.data<SignalFilterBankLog>();
  const uint32_t* const in = c.input<uint32_t>(0);
  int16_t* const out = c.output<int16_t>(0);
  for (int32_t i = 0; i < p.count; ++i) {
    const uint32_t x = in[i] << p.correction_bits;
    out[i] = x < 2 ? int16_t{0} : static_cast<int16_t>(min<uint32_t>(scaled_log(x, p.scale), INT16_MAX));
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kUint32, Type::kNone, Type::kInt16, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_filter_bank_log, midge::kAll)
