// ARG_MIN: prepare and eval.
#include "ops/arg_min/arg_min.h"

#include "ops/registry.h"

namespace midge {
namespace {

template <class T>
Status eval(const EvalContext& c) {
  return eval_arg<T>(c, [](T x, T best) { return x < best; });
}

// Axis and output are spelled out where kAny would make the kernel one of any kind.
constexpr Variant kAll[] = {{Type::kInt8, Type::kAny, Type::kAny, prepare_arg, eval<int8_t>},
                            {Type::kUint8, Type::kAny, Type::kAny, prepare_arg, eval<uint8_t>},
                            {Type::kFloat32, Type::kAny, Type::kAny, prepare_arg, eval<float>},
                            {Type::kInt32, Type::kInt32, Type::kInt32, prepare_arg, eval<int32_t>},
                            {Type::kInt32, Type::kInt64, Type::kInt32, prepare_arg, eval<int32_t>},
                            {Type::kInt32, Type::kInt32, Type::kInt64, prepare_arg, eval<int32_t>},
                            {Type::kInt32, Type::kInt64, Type::kInt64, prepare_arg, eval<int32_t>},
                            {Type::kBool, Type::kInt32, Type::kInt32, prepare_arg, eval<uint8_t>},
                            {Type::kBool, Type::kInt64, Type::kInt32, prepare_arg, eval<uint8_t>},
                            {Type::kBool, Type::kInt32, Type::kInt64, prepare_arg, eval<uint8_t>},
                            {Type::kBool, Type::kInt64, Type::kInt64, prepare_arg, eval<uint8_t>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(arg_min, midge::kAll)
