// ZEROS_LIKE: prepare and eval.
#include "ops/zeros_like/zeros_like.h"

#include "ops/common/movement.h"
#include "ops/common/unary.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  MIDGE_TRY(check_movable(c, 0));
  ZerosLikeData* p;
  MIDGE_TRY(c.allocate(&p));
  p->bytes = c.output(0).bytes;
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  memset(c.output<uint8_t>(0), 0, c.data<ZerosLikeData>().bytes);
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(zeros_like, midge::kAll)
