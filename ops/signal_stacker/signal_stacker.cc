// SignalStacker: prepare, eval and reset.
#include "ops/signal_stacker/signal_stacker.h"

#include "ops/common/custom_options.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr int32_t kMostContext = 0xffff;  // keeps sums in range

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 1, 2));
  MIDGE_TRY(check_vector(c, 0, Type::kInt16));
  const int32_t channels = c.input(0).shape[0];
  CustomOptions options(c);
  options.integer("num_channels", channels, channels);
  const int32_t left = options.integer("stacker_left_context", 0, kMostContext);
  const int32_t vectors = left + 1 + options.integer("stacker_right_context", 0, kMostContext);
  const int32_t step = options.integer("stacker_step", 1, vectors);
  MIDGE_TRY(options.status());
  if (channels > INT32_MAX / vectors) return Code::kTooLarge;
  MIDGE_TRY(c.set_output_shape(0, vector_shape(channels * vectors)));
  MIDGE_TRY(set_output(c, 1, Type::kBool, Shape()));
  SignalStacker* p;
  MIDGE_TRY(c.allocate(&p, static_cast<uint64_t>(channels * vectors) * sizeof(int16_t)));
  *p = SignalStacker{channels, left, channels * vectors, channels * step, 0, 0};
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  SignalStacker& p = c.state<SignalStacker>();
  int16_t* const state = reinterpret_cast<int16_t*>(&p + 1);
  const auto bytes = [](int32_t values) { return static_cast<uint32_t>(values) * sizeof(int16_t); };
  for (int32_t copies = p.started != 0 ? 1 : p.left + 1; copies > 0; --copies, p.pending += p.channels) {
    memcpy(state + p.pending, c.input<int16_t>(0), bytes(p.channels));
  }
  p.started = 1;
  const bool complete = p.pending == p.size;
  if (complete) {
    memcpy(c.output<int16_t>(0), state, bytes(p.size));
    p.pending -= p.step;
    memmove(state, state + p.step, bytes(p.pending));
  } else {
    memset(c.output<int16_t>(0), 0, bytes(p.size));
  }
  *c.output<uint8_t>(1) = complete ? 1 : 0;
  return Code::kOk;
}

void reset(void* prepared) {
  SignalStacker* const p = static_cast<SignalStacker*>(prepared);
  p->pending = p->started = 0;
}

constexpr Variant kAll[] = {{Type::kInt16, Type::kNone, Type::kInt16, prepare, eval, reset}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_stacker, midge::kAll)
