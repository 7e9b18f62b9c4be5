// RELU_0_TO_1: prepare and eval.
#include "ops/relu_0_to_1/relu_0_to_1.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr RectifierRange kRange = {0, 1};

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_rectifier_of<kRange>, eval_rectifier<int8_t>},
                            {Type::kUint8, Type::kNone, Type::kUint8, prepare_rectifier_of<kRange>, eval_rectifier<uint8_t>},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_rectifier_f32<kRange>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(relu_0_to_1, midge::kAll)
