// SignalRfft: prepare and eval.
#include "ops/signal_rfft/signal_rfft.h"

#include "ops/registry.h"

namespace midge {
namespace {

template <class T>
Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 1));
  Shape shape = c.input(0).shape;
  if (shape.rank < 1) return c.fail_input(0, Code::kUnsupportedRank);
  int32_t length;
  SignalFft data = {};
  MIDGE_TRY(fft_length_option(c, &length, &data.stages));
  int32_t& last = shape.dims[shape.rank - 1];
  if (last > length) return c.fail_input(0, Code::kShapeMismatch);
  data.rows = shape.count() / last;
  data.samples = last;
  last = length + 2;
  MIDGE_TRY(c.set_output_shape(0, shape));
  return prepare_fft<T>(c, data, false);
}

template <class T>
Status eval(const EvalContext& c) {
  const SignalFft& p = c.data<SignalFft>();
  const T* in = c.input<T>(0);
  Complex<T>* out = c.output<Complex<T>>(0);
  for (int32_t r = 0; r < p.rows; ++r, in += p.samples, out += p.stages.points + 1) {
    real_fft(p.stages, twiddles_of<T>(p), in, p.samples, out);
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt16, Type::kNone, Type::kInt16, prepare<int16_t>, eval<int16_t>},
                            {Type::kInt32, Type::kNone, Type::kInt32, prepare<int32_t>, eval<int32_t>},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare<float>, eval<float>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_rfft, midge::kAll)
