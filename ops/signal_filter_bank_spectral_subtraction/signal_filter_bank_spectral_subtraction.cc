// SignalFilterBankSpectralSubtraction: prepare, eval and reset.
#include "ops/signal_filter_bank_spectral_subtraction/signal_filter_bank_spectral_subtraction.h"

#include "ops/common/custom_options.h"
#include "ops/registry.h"

namespace midge {
namespace {

using Data = SignalFilterBankSpectralSubtraction;

uint32_t* noise_of(Data* p) { return reinterpret_cast<uint32_t*>(p + 1); }

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 1, 2));
  MIDGE_TRY(check_vector(c, 0, Type::kUint32));
  const Shape shape = c.input(0).shape;
  CustomOptions options(c);
  const auto unsigned_option = [&](const char* key) { return static_cast<uint32_t>(options.integer(key)); };
  Data d = {};
  d.channels = options.integer("num_channels", shape[0], shape[0]);
  d.options.smoothing[0] = unsigned_option("smoothing");
  d.options.smoothing[1] = unsigned_option("alternate_smoothing");
  d.options.one_minus_smoothing[0] = unsigned_option("one_minus_smoothing");
  d.options.one_minus_smoothing[1] = unsigned_option("alternate_one_minus_smoothing");
  d.options.min_signal_remaining = unsigned_option("min_signal_remaining");
  d.options.smoothing_bits = options.integer("smoothing_bits", 0, 31);
  d.options.bits = options.integer("spectral_subtraction_bits", 0, 63);
  d.options.clamping = options.boolean("clamping") ? 1 : 0;
  MIDGE_TRY(options.status());
  MIDGE_TRY(c.set_output_shape(0, shape));
  MIDGE_TRY(set_output(c, 1, Type::kUint32, shape));
  Data* p;
  MIDGE_TRY(c.allocate(&p, static_cast<uint64_t>(d.channels) * sizeof(uint32_t)));
  *p = d;
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  Data& p = c.state<Data>();
  uint32_t* const noise = noise_of(&p);
  signal_spectral_subtraction(p.options, c.input<uint32_t>(0), p.channels, noise, c.output<uint32_t>(0));
  memcpy(c.output<uint32_t>(1), noise, static_cast<uint32_t>(p.channels) * sizeof(uint32_t));
  return Code::kOk;
}

void reset(void* prepared) {
  Data* const p = static_cast<Data*>(prepared);
  memset(noise_of(p), 0, static_cast<uint32_t>(p->channels) * sizeof(uint32_t));
}

constexpr Variant kAll[] = {{Type::kUint32, Type::kNone, Type::kUint32, prepare, eval, reset}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_filter_bank_spectral_subtraction, midge::kAll)
