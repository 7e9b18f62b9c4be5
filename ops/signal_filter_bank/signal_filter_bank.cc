// SignalFilterBank: prepare and eval.
#include "ops/signal_filter_bank/signal_filter_bank.h"

#include "ops/common/custom_options.h"
#include "ops/registry.h"

namespace midge {
namespace {

namespace slot {
enum : uint32_t { kIn, kWeights, kUnweights, kFrequencyStarts, kWeightStarts, kWidths, kCount };
}

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(slot::kCount, slot::kCount));
  CustomOptions options(c);
  const int32_t channels = options.integer("num_channels", 1, INT16_MAX);
  MIDGE_TRY(options.status());
  MIDGE_TRY(check_vector(c, slot::kIn, Type::kUint32));
  for (uint32_t s = slot::kWeights; s < slot::kCount; ++s) MIDGE_TRY(check_vector(c, s, Type::kInt16));
  for (uint32_t s = slot::kFrequencyStarts; s < slot::kCount; ++s) {
    if (c.input(s).shape[0] <= channels) return c.fail_input(s, Code::kShapeMismatch);
  }
  MIDGE_TRY(c.set_output_shape(0, vector_shape(channels)));
  SignalFilterBank* p;
  MIDGE_TRY(c.allocate(&p));
  p->channels = channels;
  p->frequencies = c.input(slot::kIn).shape[0];
  p->weights = min(c.input(slot::kWeights).shape[0], c.input(slot::kUnweights).shape[0]);
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const SignalFilterBank& p = c.data<SignalFilterBank>();
  const int16_t* const frequency_starts = c.input<int16_t>(slot::kFrequencyStarts);
  const int16_t* const weight_starts = c.input<int16_t>(slot::kWeightStarts);
  const int16_t* const widths = c.input<int16_t>(slot::kWidths);
  uint64_t* const out = c.output<uint64_t>(0);
  uint64_t unweighted = 0;  // of the channel before
  for (int32_t i = 0; i <= p.channels; ++i) {
    const int32_t frequency = frequency_starts[i], weight = weight_starts[i], width = widths[i];
    const bool inside = frequency >= 0 && weight >= 0 && frequency + width <= p.frequencies && weight + width <= p.weights;
    if (width > 0 && !inside) return Code::kBadData;
    const uint32_t* const in = c.input<uint32_t>(slot::kIn) + frequency;
    const int16_t* const weights = c.input<int16_t>(slot::kWeights) + weight;
    const int16_t* const unweights = c.input<int16_t>(slot::kUnweights) + weight;
    uint64_t sum = unweighted;
    unweighted = 0;
    for (int32_t j = 0; j < width; ++j) {  // modulo 2^64, so that unsigned products serve negative weights
      sum += static_cast<uint64_t>(weights[j]) * in[j];
      unweighted += static_cast<uint64_t>(unweights[j]) * in[j];
    }
    if (i > 0) out[i - 1] = sum;
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kUint32, Type::kInt16, Type::kUint64, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_filter_bank, midge::kAll)
