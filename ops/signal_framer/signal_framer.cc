// SignalFramer: prepare, eval and reset.
#include "ops/signal_framer/signal_framer.h"

#include "ops/common/custom_options.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr int32_t kMostSamples = 1 << 30;  // keeps sums in range

uint64_t state_bytes(const SignalFramer& p) { return static_cast<uint64_t>(p.rows) * static_cast<uint32_t>(p.capacity) * sizeof(int16_t); }

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 1, 2));
  Shape shape = c.input(0).shape;
  if (shape.rank < 1) return c.fail_input(0, Code::kUnsupportedRank);
  if (shape.rank == kMaxRank) return c.fail_input(0, Code::kBadRank);
  const int32_t samples = shape[shape.rank - 1];
  CustomOptions options(c);
  SignalFramer d = {};
  d.step = options.integer("frame_step", 1, samples);
  d.size = options.integer("frame_size", 1, kMostSamples);
  const bool prefill = options.boolean("prefill");
  MIDGE_TRY(options.status());
  if (prefill && d.size < d.step) return Code::kUnsupportedOption;
  if (samples % d.step != 0) return c.fail_input(0, Code::kShapeMismatch);
  d.rows = shape.count() / samples;
  d.frames = samples / d.step;
  d.capacity = (d.size + d.step - 1) / d.step * d.step;
  d.prefill = prefill ? d.size - d.step : 0;
  shape.dims[shape.rank - 1] = d.frames;
  shape.dims[shape.rank++] = d.size;
  MIDGE_TRY(c.set_output_shape(0, shape));
  MIDGE_TRY(set_output(c, 1, Type::kBool, Shape()));
  SignalFramer* p;
  MIDGE_TRY(c.allocate(&p, state_bytes(d)));
  *p = d;
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  SignalFramer& p = c.state<SignalFramer>();
  const int16_t* in = c.input<int16_t>(0);
  int16_t* out = c.output<int16_t>(0);
  int16_t* state = reinterpret_cast<int16_t*>(&p + 1);
  const auto bytes = [](int32_t samples) { return static_cast<uint32_t>(samples) * sizeof(int16_t); };
  bool complete = true;
  int32_t pending = p.pending;
  for (int32_t r = 0; r < p.rows; ++r, state += p.capacity) {
    pending = p.pending;  // the same in each row
    for (int32_t f = 0; f < p.frames; ++f, in += p.step, out += p.size) {
      memcpy(state + pending, in, bytes(p.step));
      pending += p.step;
      if (pending < p.size) {
        memset(out, 0, bytes(p.size));
        complete = false;
      } else {
        memcpy(out, state, bytes(p.size));
        pending -= p.step;
        memmove(state, state + p.step, bytes(pending));
      }
    }
  }
  p.pending = pending;
  *c.output<uint8_t>(1) = complete ? 1 : 0;
  return Code::kOk;
}

void reset(void* prepared) {
  SignalFramer* const p = static_cast<SignalFramer*>(prepared);
  memset(p + 1, 0, static_cast<size_t>(state_bytes(*p)));
  p->pending = p->prefill;
}

constexpr Variant kAll[] = {{Type::kInt16, Type::kNone, Type::kInt16, prepare, eval, reset}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_framer, midge::kAll)
