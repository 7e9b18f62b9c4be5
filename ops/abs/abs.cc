// ABS: prepare and eval.
#include "ops/abs/abs.h"

#include "ops/registry.h"

namespace midge {
namespace {

/// Wraps where the type cannot hold the result.
int32_t magnitude(int32_t x) { return x < 0 ? wrapping_mul(x, -1) : x; }

Status prepare_rescaled(PrepareContext& c) {
  Rescaled plan;
  MIDGE_TRY(plan_rescaled(c, &plan));
  Rescaled* p;
  MIDGE_TRY(c.allocate(&p));
  *p = plan;
  return Code::kOk;
}

Status prepare_s16(PrepareContext& c) {
  if (c.input(0).quantization.count > 0) return prepare_rescaled(c);
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  Rescaled* p;
  MIDGE_TRY(c.allocate(&p));
  *p = Rescaled{count, 0, {1 << 30, 1}, {0, 0, 32768}};  // times 1; 32768 wraps
  return Code::kOk;
}

template <class T>
Status eval_rescaled(const EvalContext& c) {
  const Rescaled& p = c.data<Rescaled>();
  return map_elements<T>(c, p.count, [&](T x) { return requantize(magnitude(x + p.input_offset), p.ratio, p.out); });
}

Status eval_s32(const EvalContext& c) { return map_elements<int32_t>(c, c.data<Unary>().count, magnitude); }

float magnitude_f32(float x) { return __builtin_fabsf(x); }

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_rescaled, eval_rescaled<int8_t>},
                            {Type::kInt16, Type::kNone, Type::kInt16, prepare_s16, eval_rescaled<int16_t>},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_unary_f32<magnitude_f32>},
                            {Type::kInt32, Type::kNone, Type::kInt32, prepare_unary, eval_s32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(abs, midge::kAll)
