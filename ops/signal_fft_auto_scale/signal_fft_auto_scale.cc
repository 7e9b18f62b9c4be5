// SignalFftAutoScale: prepare and eval.
#include "ops/signal_fft_auto_scale/signal_fft_auto_scale.h"

#include "kernels/signal/front_end.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 1, 2));
  MIDGE_TRY(check_vector(c, 0, Type::kInt16));
  const Shape shape = c.input(0).shape;
  MIDGE_TRY(c.set_output_shape(0, shape));
  MIDGE_TRY(set_output(c, 1, Type::kInt32, Shape()));
  SignalFftAutoScale* p;
  MIDGE_TRY(c.allocate(&p));
  p->count = shape.count();
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const int32_t n = c.data<SignalFftAutoScale>().count;
  *c.output<int32_t>(1) = signal_auto_scale(c.input<int16_t>(0), n, c.output<int16_t>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt16, Type::kNone, Type::kInt16, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_fft_auto_scale, midge::kAll)
