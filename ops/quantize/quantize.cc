// QUANTIZE: prepare and eval.
#include "ops/quantize/quantize.h"

#include "base/fixed_point.h"
#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

int32_t quantized(float x, AffineScale a, int32_t low, int32_t high) {
  return clamp(round_to_int(x / a.scale), low - a.zero_point, high - a.zero_point) + a.zero_point;
}

Status prepare_from_f32(PrepareContext& c) { return prepare_affine(c, c.output(0)); }

template <class To, int32_t kLow, int32_t kHigh>
Status eval_from_f32(const EvalContext& c) {
  const float* in = c.input<float>(0);
  To* out = c.output<To>(0);
  for_each_scaled(c.data<Affine>(), [&](int32_t i, AffineScale a) { out[i] = static_cast<To>(quantized(in[i], a, kLow, kHigh)); });
  return Code::kOk;
}

/// Two elements a byte, the first in the lower bits.
template <int32_t kLow>
Status eval_to_4_bits(const EvalContext& c) {
  const float* in = c.input<float>(0);
  uint8_t* out = c.output<uint8_t>(0);
  for_each_scaled(c.data<Affine>(), [&](int32_t i, AffineScale a) {
    const int32_t q = quantized(in[i], a, kLow, kLow + 15) & 15;
    out[i / 2] = static_cast<uint8_t>(i % 2 == 0 ? q : out[i / 2] | q << 4);
  });
  return Code::kOk;
}

Status prepare_rescale(PrepareContext& c) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  const Tensor in = c.input(0), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_scale(out));
  Rescaled* p;
  MIDGE_TRY(c.allocate(&p));
  const IntegerRange range = out.type == Type::kInt32 ? IntegerRange{INT32_MIN, INT32_MAX} : range_of(out.type);
  *p = Rescaled{count, wrapping_mul(in.zero_point(), -1), {}, {out.zero_point(), range.low, range.high}};
  return quantize_ratio(in.scale(), 1, out.scale(), 0, &p->ratio).ok() ? Status() : c.fail_output(0, Code::kScaleRange);
}

template <class From, class To>
Status eval_rescale(const EvalContext& c) {
  const Rescaled& p = c.data<Rescaled>();
  return map_elements<From, To>(c, p.count, [&](From x) { return requantize(wrapping_add(x, p.input_offset), p.ratio, p.out); });
}

constexpr Variant kAll[] = {{Type::kFloat32, Type::kNone, Type::kInt8, prepare_from_f32, eval_from_f32<int8_t, -128, 127>},
                            {Type::kFloat32, Type::kNone, Type::kUint8, prepare_from_f32, eval_from_f32<uint8_t, 0, 255>},
                            {Type::kFloat32, Type::kNone, Type::kInt16, prepare_from_f32, eval_from_f32<int16_t, -32768, 32767>},
                            {Type::kFloat32, Type::kNone, Type::kInt4, prepare_from_f32, eval_to_4_bits<-8>},
                            {Type::kFloat32, Type::kNone, Type::kUint4, prepare_from_f32, eval_to_4_bits<0>},
                            {Type::kInt8, Type::kNone, Type::kInt8, prepare_rescale, eval_rescale<int8_t, int8_t>},
                            {Type::kInt8, Type::kNone, Type::kUint8, prepare_rescale, eval_rescale<int8_t, uint8_t>},
                            {Type::kInt8, Type::kNone, Type::kInt16, prepare_rescale, eval_rescale<int8_t, int16_t>},
                            {Type::kInt8, Type::kNone, Type::kInt32, prepare_rescale, eval_rescale<int8_t, int32_t>},
                            {Type::kUint8, Type::kNone, Type::kInt8, prepare_rescale, eval_rescale<uint8_t, int8_t>},
                            {Type::kUint8, Type::kNone, Type::kUint8, prepare_rescale, eval_rescale<uint8_t, uint8_t>},
                            {Type::kUint8, Type::kNone, Type::kInt16, prepare_rescale, eval_rescale<uint8_t, int16_t>},
                            {Type::kInt16, Type::kNone, Type::kInt8, prepare_rescale, eval_rescale<int16_t, int8_t>},
                            {Type::kInt16, Type::kNone, Type::kInt16, prepare_rescale, eval_rescale<int16_t, int16_t>},
                            {Type::kInt16, Type::kNone, Type::kInt32, prepare_rescale, eval_rescale<int16_t, int32_t>},
                            {Type::kInt32, Type::kNone, Type::kInt8, prepare_rescale, eval_rescale<int32_t, int8_t>},
                            {Type::kInt32, Type::kNone, Type::kInt16, prepare_rescale, eval_rescale<int32_t, int16_t>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(quantize, midge::kAll)
