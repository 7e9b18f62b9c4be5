// SignalDelay: prepare, eval and reset.
#include "ops/signal_delay/signal_delay.h"

#include "ops/common/custom_options.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr size_t kBytes = sizeof(int16_t);

uint64_t state_bytes(const SignalDelay& p) { return static_cast<uint64_t>(p.rows) * static_cast<uint32_t>(p.delay) * kBytes; }

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 1));
  const Shape shape = c.input(0).shape;
  if (shape.rank < 1) return c.fail_input(0, Code::kUnsupportedRank);
  CustomOptions options(c);
  SignalDelay d = {};
  d.frame = shape[shape.rank - 1];
  d.rows = shape.count() / d.frame;
  d.delay = options.integer("delay_length", 0);
  MIDGE_TRY(options.status());
  MIDGE_TRY(c.set_output_shape(0, shape));
  SignalDelay* p;
  MIDGE_TRY(c.allocate(&p, state_bytes(d)));
  *p = d;
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  SignalDelay& p = c.state<SignalDelay>();
  const int16_t* in = c.input<int16_t>(0);
  int16_t* out = c.output<int16_t>(0);
  int16_t* state = reinterpret_cast<int16_t*>(&p + 1);
  const int32_t through = min(p.delay, p.frame);  // samples that leave the state, and that enter it
  const size_t through_bytes = static_cast<uint32_t>(through) * kBytes;
  for (int32_t r = 0; r < p.rows; ++r, in += p.frame, out += p.frame, state += p.delay) {
    memcpy(out, state, through_bytes);
    memcpy(out + through, in, static_cast<uint32_t>(p.frame - through) * kBytes);
    memmove(state, state + through, static_cast<uint32_t>(p.delay - through) * kBytes);
    memcpy(state + p.delay - through, in + p.frame - through, through_bytes);
  }
  return Code::kOk;
}

void reset(void* prepared) {
  SignalDelay* const p = static_cast<SignalDelay*>(prepared);
  memset(p + 1, 0, static_cast<size_t>(state_bytes(*p)));
}

constexpr Variant kAll[] = {{Type::kInt16, Type::kNone, Type::kInt16, prepare, eval, reset}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_delay, midge::kAll)
