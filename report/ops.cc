// The operators with their specs, from ops.def.
#include "ops/registry.h"
#include "ops/spec.h"

namespace midge {

const std::vector<OpEntry>& op_entries() {
  static const std::vector<OpEntry> entries = {
#define MIDGE_OP(name, builtin, version) {#name, #builtin, static_cast<int32_t>(Builtin::builtin), version, spec_##name()},
#include "ops/ops.def"
#undef MIDGE_OP
  };
  return entries;
}

const OpEntry* find_op(int32_t code) {
  for (const OpEntry& e : op_entries()) {
    if (e.code == code) return &e;
  }
  return nullptr;
}

}  // namespace midge
