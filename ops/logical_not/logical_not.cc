// LOGICAL_NOT: prepare and eval.
#include "ops/logical_not/logical_not.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  LogicalNotData* p;
  MIDGE_TRY(c.allocate(&p));
  p->count = count;
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const int32_t count = c.data<LogicalNotData>().count;
  const uint8_t* in = c.input<uint8_t>(0);
  uint8_t* out = c.output<uint8_t>(0);
  for (int32_t i = 0; i < count; ++i) out[i] = in[i] == 0 ? 1 : 0;
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kBool, Type::kNone, Type::kBool, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(logical_not, midge::kAll)
