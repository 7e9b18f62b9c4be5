// TANH: prepare and eval.
#include "ops/tanh/tanh.h"

#include "base/float_math.h"
#include "base/float_math_libm.h"
#include "kernels/fixed_math/fixed_math.h"
#include "ops/registry.h"

namespace midge {
namespace {

int8_t tanh_q4_to_s8(int32_t x) { return static_cast<int8_t>(clamp<int32_t>(rounding_divide_by_pot(fixed_tanh(x), 24), -128, 127)); }

Status prepare_8(PrepareContext& c) { return prepare_table_8(c, {tanh_as_libm}); }

Status prepare_s8(PrepareContext& c) {
  return c.contract() == Contract::kTflm ? prepare_table_s8_fixed(c, {1.0f / 128, 0}, tanh_q4_to_s8) : prepare_8(c);
}

Status prepare_s16(PrepareContext& c) { return prepare_sigmoid_s16(c, true); }

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_s8, eval_table_8},
                            {Type::kUint8, Type::kNone, Type::kUint8, prepare_8, eval_table_8},
                            {Type::kInt16, Type::kNone, Type::kInt16, prepare_s16, eval_sigmoid_s16<tanh_s16>},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_unary_f32<tanh_f32>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(tanh, midge::kAll)
