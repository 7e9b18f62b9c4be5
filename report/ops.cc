// The operators with their specs, from ops.def.
#include <string_view>

#include "ops/registry.h"
#include "ops/spec.h"

namespace midge {

namespace {

std::vector<OpKind> with_kernels(std::initializer_list<OpKind> kinds) {
  std::vector<OpKind> out;
  for (const OpKind& k : kinds) {
    if (k.registration->variant_count != 0) out.push_back(k);
  }
  return out;
}

}  // namespace

const std::vector<OpEntry>& op_entries() {
  static const std::vector<OpEntry> entries = {
#define MIDGE_KINDS(name)                        \
  with_kernels({{"s8", &ops::name##_s8},         \
                {"s4", &ops::name##_s4},         \
                {"s16", &ops::name##_s16},       \
                {"f32", &ops::name##_f32},       \
                {"hybrid", &ops::name##_hybrid}, \
                {"u8", &ops::name##_u8},         \
                {"s32", &ops::name##_s32}})
#define MIDGE_ENTRY(name, text, builtin, version, custom) \
  {#name, text, static_cast<int32_t>(Builtin::builtin), version, custom, &ops::name, MIDGE_KINDS(name), spec_##name()},
#define MIDGE_OP(name, builtin, version) MIDGE_ENTRY(name, #builtin, builtin, version, nullptr)
#define MIDGE_CUSTOM_OP(name, spelling, version) MIDGE_ENTRY(name, spelling, CUSTOM, version, spelling)
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
