// SignalOverlapAdd: prepare, eval and reset.
#include "ops/signal_overlap_add/signal_overlap_add.h"

#include "ops/common/custom_options.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 1));
  const Tensor in = c.input(0);
  Shape shape = in.shape;
  if (shape.rank < 2) return c.fail_input(0, Code::kUnsupportedRank);
  SignalOverlapAdd d = {};
  d.size = shape[shape.rank - 1];
  d.frames = shape[shape.rank - 2];
  d.rows = shape.product(0, shape.rank - 2);
  CustomOptions options(c);
  d.step = options.integer("frame_step", 1, d.size);
  MIDGE_TRY(options.status());
  --shape.rank;
  shape.dims[shape.rank - 1] = d.frames * d.step;
  MIDGE_TRY(c.set_output_shape(0, shape));
  d.state_bytes = static_cast<uint32_t>(d.rows * d.size) * type_bytes(in.type);
  SignalOverlapAdd* p;
  MIDGE_TRY(c.allocate(&p, d.state_bytes));
  *p = d;
  return Code::kOk;
}

int16_t add(int16_t a, int16_t b) { return static_cast<int16_t>(clamp(a + b, -32768, 32767)); }
float add(float a, float b) { return a + b; }

template <class T>
Status eval(const EvalContext& c) {
  SignalOverlapAdd& p = c.state<SignalOverlapAdd>();
  const T* in = c.input<T>(0);
  T* out = c.output<T>(0);
  T* state = reinterpret_cast<T*>(&p + 1);
  const size_t step_bytes = static_cast<uint32_t>(p.step) * sizeof(T), rest_bytes = static_cast<uint32_t>(p.size - p.step) * sizeof(T);
  for (int32_t r = 0; r < p.rows; ++r, state += p.size) {
    for (int32_t f = 0; f < p.frames; ++f, in += p.size, out += p.step) {
      for (int32_t i = 0; i < p.size; ++i) state[i] = add(state[i], in[i]);
      memcpy(out, state, step_bytes);
      memmove(state, state + p.step, rest_bytes);
      memset(state + p.size - p.step, 0, step_bytes);
    }
  }
  return Code::kOk;
}

void reset(void* prepared) {
  SignalOverlapAdd* const p = static_cast<SignalOverlapAdd*>(prepared);
  memset(p + 1, 0, p->state_bytes);
}

constexpr Variant kAll[] = {{Type::kInt16, Type::kNone, Type::kInt16, prepare, eval<int16_t>, reset},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare, eval<float>, reset}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_overlap_add, midge::kAll)
