// SignalFilterBank: prepare and eval.
#include "ops/signal_filter_bank/signal_filter_bank.h"

#include "kernels/signal/front_end.h"
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
  const auto table = [&](uint32_t s) { return c.input<int16_t>(s); };
  const FilterBankTables tables = {table(slot::kWeights), table(slot::kUnweights), table(slot::kFrequencyStarts),
                                   table(slot::kWeightStarts), table(slot::kWidths)};
  const uint32_t* const in = c.input<uint32_t>(slot::kIn);
  return signal_filter_bank(tables, in, p.channels, p.frequencies, p.weights, c.output<uint64_t>(0)) ? Code::kOk : Code::kBadData;
}

constexpr Variant kAll[] = {{Type::kUint32, Type::kInt16, Type::kUint64, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_filter_bank, midge::kAll)
