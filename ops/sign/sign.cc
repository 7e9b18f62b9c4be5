// SIGN: prepare and eval.
#include "ops/sign/sign.h"

#include "ops/registry.h"

namespace midge {
namespace {

template <class T>
T sign(T x) {
  if (x > 0) return 1;
  return x < 0 ? T{-1} : (x == 0 ? T{0} : x);
}

Status eval_s32(const EvalContext& c) { return map_elements<int32_t>(c, c.data<Unary>().count, sign<int32_t>); }

constexpr Variant kAll[] = {{Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_unary_f32<sign<float>>},
                            {Type::kInt32, Type::kNone, Type::kInt32, prepare_unary, eval_s32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(sign, midge::kAll)
