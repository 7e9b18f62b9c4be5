// SUM: prepare and eval.
#include "ops/sum/sum.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status eval_f32(const EvalContext& c) {
  return eval_fold(c, 0.0f, [](float sum, float x) { return sum + x; });
}

template <class T>
Status eval_integer(const EvalContext& c) {
  return eval_fold(c, T{0}, [](T sum, T x) { return wrapping_add(sum, x); });
}

// LiteRT's reference reads int8 and int16 elements as uint8 ones: both contracts sum them as TensorFlow Lite Micro does.
constexpr Variant kAll[] = {{Type::kInt8, Type::kInt32, Type::kInt8, prepare_sum_q, eval_sum_q<int8_t>},
                            {Type::kInt16, Type::kInt32, Type::kInt16, prepare_sum_q, eval_sum_q<int16_t>},
                            {Type::kUint8, Type::kInt32, Type::kUint8, prepare_sum_q, eval_sum_q<uint8_t>},
                            {Type::kFloat32, Type::kInt32, Type::kFloat32, prepare_fold, eval_f32},
                            {Type::kInt32, Type::kInt32, Type::kInt32, prepare_fold, eval_integer<int32_t>},
                            {Type::kInt64, Type::kInt32, Type::kInt64, prepare_fold, eval_integer<int64_t>},
                            {Type::kBool, Type::kInt32, Type::kBool, prepare_fold, eval_fold_max<uint8_t>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(sum, midge::kAll)
