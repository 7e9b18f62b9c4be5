// MEAN: prepare and eval.
#include "ops/mean/mean.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status eval_f32(const EvalContext& c) {
  const Reduction& p = c.data<Reduction>();
  float* out = c.output<float>(0);
  reduce(
      p, c.input<float>(0), 0.0f, [](float sum, float x) { return sum + x; },
      [&](int32_t o, float sum) { out[o] = sum / static_cast<float>(p.count); });
  return Code::kOk;
}

template <class T>
Status eval_integer(const EvalContext& c) {
  const Reduction& p = c.data<Reduction>();
  T* out = c.output<T>(0);
  reduce(
      p, c.input<T>(0), int64_t{0}, [](int64_t sum, T x) { return wrapping_add(sum, int64_t{x}); },
      [&](int32_t o, int64_t sum) { out[o] = static_cast<T>(sum / p.count); });
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kInt32, Type::kInt8, prepare_mean_q, eval_sum_q<int8_t>},
                            {Type::kInt16, Type::kInt32, Type::kInt16, prepare_mean_q, eval_sum_q<int16_t>},
                            {Type::kUint8, Type::kInt32, Type::kUint8, prepare_mean_q, eval_sum_q<uint8_t>},
                            {Type::kFloat32, Type::kInt32, Type::kFloat32, prepare_fold, eval_f32},
                            {Type::kInt32, Type::kInt32, Type::kInt32, prepare_fold, eval_integer<int32_t>},
                            {Type::kInt64, Type::kInt32, Type::kInt64, prepare_fold, eval_integer<int64_t>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(mean, midge::kAll)
