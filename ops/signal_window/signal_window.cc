// SignalWindow: prepare and eval.
#include "ops/signal_window/signal_window.h"

#include "kernels/signal/front_end.h"
#include "ops/common/custom_options.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2));
  MIDGE_TRY(check_vector(c, 1, Type::kInt16));
  const Shape shape = c.input(0).shape;
  const int32_t size = c.input(1).shape[0];
  if (shape.count() % size != 0) return c.fail_input(1, Code::kShapeMismatch);
  CustomOptions options(c);
  const int32_t shift = options.integer("shift", 0, 31);
  MIDGE_TRY(options.status());
  MIDGE_TRY(c.set_output_shape(0, shape));
  SignalWindow* p;
  MIDGE_TRY(c.allocate(&p));
  *p = SignalWindow{shape.count() / size, size, shift};
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const SignalWindow& p = c.data<SignalWindow>();
  const int16_t* in = c.input<int16_t>(0);
  const int16_t* const weights = c.input<int16_t>(1);
  int16_t* out = c.output<int16_t>(0);
  for (int32_t f = 0; f < p.frames; ++f, in += p.size, out += p.size) {
    signal_window(in, weights, p.size, p.shift, out);
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt16, Type::kInt16, Type::kInt16, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_window, midge::kAll)
