// SOFTMAX: prepare and eval.
#include "ops/softmax/softmax.h"

#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kBeta = 0;  // option field

Status prepare_shape(PrepareContext& c, int32_t* rows, int32_t* depth) {
  MIDGE_TRY(c.expect(1, 1));
  const Shape shape = c.input(0).shape;
  if (shape.rank < 1) return c.fail_input(0, Code::kUnsupportedRank);
  *depth = shape[shape.rank - 1];
  *rows = shape.product(0, shape.rank - 1);
  return c.set_output_shape(0, shape);
}

Status prepare_s8(PrepareContext& c) {
  constexpr int kIntegerBits = 5;
  int32_t rows, depth;
  MIDGE_TRY(prepare_shape(c, &rows, &depth));
  const Tensor in = c.input(0), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  if (out.scale() != 1.0f / 256 || out.zero_point() != -128) return c.fail_output(0, Code::kNoScale);
  const float beta = c.options().f32(kBeta);
  if (!(beta > 0 && beta < __builtin_inff())) return Code::kUnsupportedOption;
  // A multiplier beyond 31 bits is cut off there: every output but the largest input's is then 0 anyway.
  Multiplier m;
  if (!quantize_ratio(beta, in.scale(), 1, 31 - kIntegerBits, &m).ok()) m = Multiplier{INT32_MAX, 31};
  if (m.shift < 1) return c.fail_input(0, Code::kScaleRange);
  SoftmaxS8* p;
  MIDGE_TRY(c.allocate(&p));
  p->rows = rows;
  p->depth = depth;
  p->beta = m;
  p->diff_min = -static_cast<int32_t>((INT64_C(31) << (31 - kIntegerBits)) >> p->beta.shift);
  return Code::kOk;
}

Status eval_s8(const EvalContext& c) {
  softmax_s8_reference(c.data<SoftmaxS8>(), c.input<int8_t>(0), c.output<int8_t>(0));
  return Code::kOk;
}

Status prepare_f32(PrepareContext& c) {
  int32_t rows, depth;
  MIDGE_TRY(prepare_shape(c, &rows, &depth));
  SoftmaxF32* p;
  MIDGE_TRY(c.allocate(&p));
  *p = SoftmaxF32{rows, depth, c.options().f32(kBeta)};
  return Code::kOk;
}

Status eval_f32(const EvalContext& c) {
  softmax_f32_reference(c.data<SoftmaxF32>(), c.input<float>(0), c.output<float>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_s8, eval_s8},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_f32, eval_f32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(softmax, midge::kAll)
