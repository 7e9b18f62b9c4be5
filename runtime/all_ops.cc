// The all-operators resolver: links everything, so in a file of its own.
#include "midge/resolver.h"

namespace midge {

OpList all_ops() {
  static constexpr const OpRegistration* kAll[] = {
#define MIDGE_OP(name, builtin, version) &ops::name,
#include "ops/ops.def"
  };
  return OpList(kAll, sizeof kAll / sizeof *kAll);
}

}  // namespace midge
