// The operators with their specs, from ops.def.
#include <string_view>

#include "ops/registry.h"
#include "ops/spec.h"

namespace midge {

const std::vector<OpEntry>& op_entries() {
  static const std::vector<OpEntry> entries = {
#define MIDGE_OP(name, builtin, version) {#name, #builtin, static_cast<int32_t>(Builtin::builtin), version, nullptr, spec_##name()},
#define MIDGE_CUSTOM_OP(name, spelling, version) {#name, spelling, static_cast<int32_t>(Builtin::CUSTOM), version, spelling, spec_##name()},
#include "ops/ops.def"
  };
  return entries;
}

const OpEntry* find_op(const Operator& op) {
  const std::string_view custom(op.custom_name.data, op.custom_name.size);
  for (const OpEntry& e : op_entries()) {
    if (e.code == op.code && (e.custom_name == nullptr || e.custom_name == custom)) return &e;
  }
  return nullptr;
}

uint64_t macs_of(const Model& model, const Operator& op) {
  const OpEntry* entry = find_op(op);
  if (entry == nullptr) return 0;
  OpInstance instance;
  const auto decode = [&](const Indices& list) {
    std::vector<Tensor> out;
    for (uint32_t k = 0; k < list.count; ++k) {
      Tensor absent;
      out.push_back(list[k] < 0 ? absent : model.tensor(static_cast<uint32_t>(list[k])));
    }
    return out;
  };
  instance.inputs = decode(op.inputs);
  instance.outputs = decode(op.outputs);
  instance.options = op.options;
  return entry->spec.macs(instance);
}

}  // namespace midge
