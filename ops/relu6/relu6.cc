// RELU6: prepare and eval.
#include "ops/relu6/relu6.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr RectifierRange kRange = {0, 6};

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare_rectifier_of<kRange>, eval_rectifier<int8_t>},
                            {Type::kUint8, Type::kNone, Type::kUint8, prepare_rectifier_of<kRange>, eval_rectifier<uint8_t>},
                            {Type::kInt16, Type::kNone, Type::kInt16, prepare_rectifier_of<kRange>, eval_rectifier<int16_t>},
                            {Type::kFloat32, Type::kNone, Type::kFloat32, prepare_unary, eval_rectifier_f32<kRange>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(relu6, midge::kAll)
