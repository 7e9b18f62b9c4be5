// See bias.h.
#include "ops/common/bias.h"

#include "ops/common/quantization.h"

namespace midge {

Status check_bias_type(const PrepareContext& c, uint32_t slot, Type activations, uint32_t option, int32_t channels, Type* type) {
  *type = Type::kInt32;
  if (activations == Type::kInt16) {
    const Type told = static_cast<Type>(c.options().u8(option));  // float32 says nothing
    if (told != Type::kFloat32 && told != Type::kInt32 && told != Type::kInt64) return Code::kUnsupportedOption;
    const bool follow = told == Type::kFloat32 && c.has_input(slot) && c.input(slot).type == Type::kInt32;
    if (told != Type::kInt32 && !follow) *type = Type::kInt64;
  }
  return check_bias(c, slot, *type, channels);
}

}  // namespace midge
