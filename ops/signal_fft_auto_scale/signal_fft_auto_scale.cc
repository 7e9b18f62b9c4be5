// SignalFftAutoScale: prepare and eval.
#include "ops/signal_fft_auto_scale/signal_fft_auto_scale.h"

#include "base/fixed_point.h"
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
  const int16_t* const in = c.input<int16_t>(0);
  int16_t* const out = c.output<int16_t>(0);
  int16_t most = 0;
  for (int32_t i = 0; i < n; ++i) {
    if (in[i] > most) {
      most = in[i];
    } else if (-in[i] > most) {
      most = static_cast<int16_t>(-in[i]);
    }
  }
  const int32_t bits = max<int32_t>(15 - static_cast<int32_t>(significant_bits(static_cast<uint32_t>(most))), 0);
  for (int32_t i = 0; i < n; ++i) out[i] = static_cast<int16_t>(shift_left(in[i], bits));
  *c.output<int32_t>(1) = bits;
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt16, Type::kNone, Type::kInt16, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_fft_auto_scale, midge::kAll)
