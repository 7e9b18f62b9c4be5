// SignalIrfft: prepare and eval.
#include "ops/signal_irfft/signal_irfft.h"

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
  if (last != length + 2) return c.fail_input(0, Code::kShapeMismatch);
  data.rows = shape.count() / last;
  data.samples = last = length;
  MIDGE_TRY(c.set_output_shape(0, shape));
  return prepare_fft<T>(c, data, true);
}

template <class T>
void scale(T*, int32_t) {}  // fixed point: the stages have

void scale(float* out, int32_t length) {
  for (int32_t i = 0; i < length; ++i) out[i] /= static_cast<float>(length);
}

template <class T>
Status eval(const EvalContext& c) {
  const SignalFft& p = c.data<SignalFft>();
  const Complex<T>* in = c.input<Complex<T>>(0);
  T* out = c.output<T>(0);
  for (int32_t r = 0; r < p.rows; ++r, in += p.stages.points + 1, out += p.samples) {
    inverse_real_fft(p.stages, twiddles_of<T>(p), in, reinterpret_cast<Complex<T>*>(out));
    scale(out, p.samples);
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt16, Type::kNone, Type::kInt16, prepare<int16_t>, eval<int16_t>},
                            {Type::kInt32, Type::kNone, Type::kInt32, prepare<int32_t>, eval<int32_t>},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare<float>, eval<float>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_irfft, midge::kAll)
