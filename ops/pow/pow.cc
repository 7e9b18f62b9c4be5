// POW: prepare and eval.
#include "ops/pow/pow.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  Broadcast plan;
  MIDGE_TRY(prepare_broadcast(c, &plan));
  PowData* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = plan;
  p->one_exponent = c.input(1).shape.count() == 1 && c.input(0).shape != c.input(1).shape ? 1 : 0;
  return Code::kOk;
}

Status eval_s32(const EvalContext& c) {
  MIDGE_TRY(check_operand<int32_t>(c, [](int32_t b) { return b >= 0; }));
  return eval_pairs<power_s32>(c);
}

constexpr Variant kAll[] = {pair_variant<power_s32>(prepare, eval_s32), pair_variant<power_f32>(prepare)};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(pow, midge::kAll)
