// QUANTIZE: prepare and eval.
#include "ops/quantize/quantize.h"

#include "ops/common/quantization.h"
#include "ops/common/unary.h"
#include "ops/registry.h"

namespace midge {
namespace {

template <class T>
struct Limits {
  static constexpr int32_t kLow = static_cast<T>(-1) > 0 ? 0 : -(1 << (8 * sizeof(T) - 1));
  static constexpr int32_t kHigh = kLow + (1 << (8 * sizeof(T))) - 1;
};

Status prepare(PrepareContext& c) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  const Tensor in = c.input(0), out = c.output(0);
  MIDGE_TRY(check_scale(out));
  const bool from_float = in.type == Type::kFloat32;
  if (!from_float) MIDGE_TRY(check_scale(in));
  QuantizeData* p;
  MIDGE_TRY(c.allocate(&p));
  p->count = count;
  p->output_offset = out.zero_point();
  p->scale = out.scale();
  if (from_float) return Code::kOk;
  p->input_offset = -in.zero_point();
  return quantize_ratio(in.scale(), 1, out.scale(), 0, &p->rescale).ok() ? Status() : c.fail_output(0, Code::kScaleRange);
}

template <class To>
Status eval_from_float(const EvalContext& c) {
  const QuantizeData& p = c.data<QuantizeData>();
  const float* in = c.input<float>(0);
  To* out = c.output<To>(0);
  for (int32_t i = 0; i < p.count; ++i) {
    const int32_t low = Limits<To>::kLow - p.output_offset, high = Limits<To>::kHigh - p.output_offset;
    out[i] = static_cast<To>(clamp(round_to_int(in[i] / p.scale), low, high) + p.output_offset);
  }
  return Code::kOk;
}

template <class From, class To>
Status eval_rescale(const EvalContext& c) {
  const QuantizeData& p = c.data<QuantizeData>();
  const From* in = c.input<From>(0);
  To* out = c.output<To>(0);
  for (int32_t i = 0; i < p.count; ++i) {
    const int32_t v = multiply_twice_rounded(in[i] + p.input_offset, p.rescale.value, p.rescale.shift);
    out[i] = static_cast<To>(clamp(wrapping_add(v, p.output_offset), Limits<To>::kLow, Limits<To>::kHigh));
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kFloat32, Type::kNone, Type::kInt8, prepare, eval_from_float<int8_t>},
                            {Type::kFloat32, Type::kNone, Type::kUint8, prepare, eval_from_float<uint8_t>},
                            {Type::kFloat32, Type::kNone, Type::kInt16, prepare, eval_from_float<int16_t>},
                            {Type::kInt8, Type::kNone, Type::kInt8, prepare, eval_rescale<int8_t, int8_t>},
                            {Type::kInt8, Type::kNone, Type::kUint8, prepare, eval_rescale<int8_t, uint8_t>},
                            {Type::kInt8, Type::kNone, Type::kInt16, prepare, eval_rescale<int8_t, int16_t>},
                            {Type::kUint8, Type::kNone, Type::kInt8, prepare, eval_rescale<uint8_t, int8_t>},
                            {Type::kInt16, Type::kNone, Type::kInt8, prepare, eval_rescale<int16_t, int8_t>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(quantize, midge::kAll)
