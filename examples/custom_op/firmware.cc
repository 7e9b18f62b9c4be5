// Registers the custom operator beside a built-in one, and prepares the model.
#include "examples/custom_op/firmware.h"

#include "examples/custom_op/median_of_three.h"

namespace {

alignas(16) uint8_t arena[2048];

}  // namespace

midge::Status start(midge::Interpreter& interpreter, const void* model, uint32_t model_bytes, bool operator_in_c) {
  static midge_registration storage;
  const auto* in_c = reinterpret_cast<const midge::OpRegistration*>(midge_register_custom(&storage, &median_of_three_c));
  midge::Resolver<2> resolver;
  MIDGE_TRY(resolver.add(midge::ops::relu_s8));
  MIDGE_TRY(resolver.add(operator_in_c ? *in_c : median_of_three));
  return interpreter.init(model, model_bytes, resolver.list(), arena, sizeof arena);
}
