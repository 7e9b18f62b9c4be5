// NEG: prepare and eval.
#include "ops/neg/neg.h"

#include "ops/registry.h"

namespace midge {
namespace {

float negative_f32(float x) { return -x; }

template <class T, class Unsigned>
Status eval(const EvalContext& c) {
  return map_elements<T>(c, c.data<Unary>().count, [](T x) { return static_cast<Unsigned>(Unsigned{0} - static_cast<Unsigned>(x)); });
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_unary, eval<int8_t, uint8_t>},
                            {Type::kInt16, Type::kNone, Type::kInt16, prepare_unary, eval<int16_t, uint16_t>},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_unary_f32<negative_f32>},
                            {Type::kInt32, Type::kNone, Type::kInt32, prepare_unary, eval<int32_t, uint32_t>},
                            {Type::kInt64, Type::kNone, Type::kInt64, prepare_unary, eval<int64_t, uint64_t>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(neg, midge::kAll)
