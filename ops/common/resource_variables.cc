// See resource_variables.h.
#include "ops/common/resource_variables.h"

namespace midge {
namespace {

constexpr uint32_t kNoHandle = 0xffffffff;

namespace option {
enum : uint32_t { kContainer, kSharedName };
}

bool same_string(const Table& a, const Table& b, uint32_t id) {
  const VectorAt x = a.vector(id, 1), y = b.vector(id, 1);
  return x.count == y.count && (x.count == 0 || memcmp(a.file()->data + x.at, b.file()->data + y.at, x.count) == 0);
}

bool is_handle(const Operator& op) { return op.code == static_cast<int32_t>(Builtin::VAR_HANDLE); }

ResourceVariable* find(ResourceVariable* list, uint32_t id) {
  while (list != nullptr && list->id != id) list = list->next;
  return list;
}

/// The handle in a resource tensor, where a VAR_HANDLE writes it.
uint32_t handle_in(const Model& model, int32_t tensor) {
  for (uint32_t i = 0; i < model.operator_count(); ++i) {
    const Operator op = model.op(i);
    if (is_handle(op) && op.outputs.count == 1 && op.outputs[0] == tensor) return handle_of(model, op.options);
  }
  return kNoHandle;
}

}  // namespace

uint32_t handle_of(const Model& model, const Table& options) {
  for (uint32_t i = 0; i < model.operator_count(); ++i) {
    const Operator op = model.op(i);
    if (is_handle(op) && same_string(op.options, options, option::kContainer) && same_string(op.options, options, option::kSharedName))
      return i;
  }
  return kNoHandle;
}

Status prepare_variable_access(PrepareContext& c, const Tensor& value) {
  if (c.variables() == nullptr) return Code::kUnsupportedOption;
  const uint32_t id = handle_in(c.model(), static_cast<int32_t>(c.input(0).index));
  ResourceVariable* variable = find(*c.variables(), id);
  if (variable != nullptr && variable->bytes != value.bytes) return c.fail_input(0, Code::kShapeMismatch);
  const bool missing = variable == nullptr && id != kNoHandle;
  VariableAccess* p;
  MIDGE_TRY(c.allocate(&p, missing ? sizeof(ResourceVariable) + value.bytes : 0));
  p->list = c.variables();
  p->bytes = value.bytes;
  if (!missing) return Code::kOk;
  variable = reinterpret_cast<ResourceVariable*>(p + 1);
  variable->next = *c.variables();
  variable->id = id;
  variable->bytes = value.bytes;
  variable->fill = value.type == Type::kInt8 ? value.zero_point() : 0;
  *c.variables() = variable;
  return Code::kOk;
}

ResourceVariable* find_variable(const EvalContext& c) {
  const VariableAccess& p = c.data<VariableAccess>();
  ResourceVariable* variable = find(*p.list, static_cast<uint32_t>(*c.input<int32_t>(0)));
  return variable != nullptr && variable->bytes == p.bytes ? variable : nullptr;
}

}  // namespace midge
