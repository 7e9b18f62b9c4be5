// SOFTMAX: prepare and eval.
#include "ops/softmax/softmax.h"

#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kBeta = 0;  // option field

/// The output's scale to a thousandth, and its zero point.
Status check_output(const PrepareContext& c, float scale, int32_t zero_point) {
  const Tensor out = c.output(0);
  const float difference = out.scale() < scale ? scale - out.scale() : out.scale() - scale;
  return difference <= 0.001f * scale && out.zero_point() == zero_point ? Status() : c.fail_output(0, Code::kNoScale);
}

Status read_beta(const PrepareContext& c, float* beta) {
  *beta = c.options().f32(kBeta);
  return *beta > 0 && *beta < __builtin_inff() ? Status() : Code::kUnsupportedOption;
}

Status prepare_q(PrepareContext& c) {
  RowShape shape;
  MIDGE_TRY(prepare_rows(c, &shape));
  const Tensor in = c.input(0);
  MIDGE_TRY(check_scale(in));
  if (c.output(0).type == Type::kInt8) MIDGE_TRY(check_output(c, 1.0f / 256, -128));
  float beta;
  MIDGE_TRY(read_beta(c, &beta));
  Exponentials exponentials;
  if (!prepare_exponentials(in.scale(), beta, &exponentials).ok()) return c.fail_input(0, Code::kScaleRange);
  SoftmaxQ* p;
  MIDGE_TRY(c.allocate(&p));
  *p = {shape, exponentials};
  return Code::kOk;
}

template <class In, class Out>
Status eval_q(const EvalContext& c) {
  softmax_q_reference(c.data<SoftmaxQ>(), c.input<In>(0), c.output<Out>(0));
  return Code::kOk;
}

Status prepare_s16(PrepareContext& c) {
  constexpr int32_t kMostDepth = 1 << 16;  // the sum is 32 bits
  RowShape shape;
  MIDGE_TRY(prepare_rows(c, &shape));
  const Tensor in = c.input(0);
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_output(c, 1.0f / 32768, 0));
  if (in.zero_point() != 0) return c.fail_input(0, Code::kNoScale);
  if (shape.depth > kMostDepth) return c.fail_input(0, Code::kTooLarge);
  float beta;
  MIDGE_TRY(read_beta(c, &beta));
  // scale * beta / (10 / 65535), that quotient in double precision. The product is a float in LiteRT, exact in TensorFlow Lite Micro.
  constexpr uint64_t kTenOver65535 = 0x14001400140014;  // times 2^-65
  const bool tflm = c.contract() == Contract::kTflm;
  const float scale = in.scale();
  Multiplier m;
  if (!quantize_ratio_by_integer(tflm ? scale : scale * beta, tflm ? beta : 1, kTenOver65535, 65, &m).ok())
    return c.fail_input(0, Code::kScaleRange);
  SoftmaxS16* p;
  MIDGE_TRY(c.allocate(&p));
  *p = {shape, m, tflm};
  return Code::kOk;
}

Status eval_s16(const EvalContext& c) {
  softmax_s16_reference(c.data<SoftmaxS16>(), c.input<int16_t>(0), c.output<int16_t>(0));
  return Code::kOk;
}

Status prepare_f32(PrepareContext& c) {
  RowShape shape;
  MIDGE_TRY(prepare_rows(c, &shape));
  SoftmaxF32* p;
  MIDGE_TRY(c.allocate(&p));
  *p = SoftmaxF32{shape, c.options().f32(kBeta)};
  return Code::kOk;
}

Status eval_f32(const EvalContext& c) {
  softmax_f32_reference(c.data<SoftmaxF32>(), c.input<float>(0), c.output<float>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_q, eval_q<int8_t, int8_t>},
                            {Type::kInt8, Type::kNone, Type::kInt16, prepare_q, eval_q<int8_t, int16_t>},
                            {Type::kUint8, Type::kNone, Type::kUint8, prepare_q, eval_q<uint8_t, uint8_t>},
                            {Type::kUint8, Type::kNone, Type::kInt16, prepare_q, eval_q<uint8_t, int16_t>},
                            {Type::kInt16, Type::kNone, Type::kInt16, prepare_s16, eval_s16},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_f32, eval_f32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(softmax, midge::kAll)
