// LOG: prepare and eval.
#include "ops/log/log.h"

#include "base/float_math.h"
#include "base/float_math_nearest.h"
#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

TableFunction log_for_table(const PrepareContext& c) {
  const Tensor out = c.output(0);
  return {log_nearest, true, static_cast<float>(range_of(out.type).low - out.zero_point()) * out.scale()};
}

Status prepare_s8(PrepareContext& c) { return prepare_table_8(c, log_for_table(c)); }
Status prepare_s16(PrepareContext& c) { return prepare_table_s16(c, log_for_table(c)); }

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_s8, eval_table_8},
                            {Type::kInt16, Type::kNone, Type::kInt16, prepare_s16, eval_table_s16},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_unary_f32<log_f32>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(log, midge::kAll)
