// ASSIGN_VARIABLE: prepare, eval, registrations. The equation is in assign_variable.h.
#include "ops/assign_variable/assign_variable.h"

#include "base/memory.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2, 0));
  return prepare_variable_access(c, c.input(1));
}

Status eval(const EvalContext& c) {
  ResourceVariable* variable = find_variable(c);
  if (variable == nullptr) return Code::kBadData;
  memcpy(variable->data(), c.input<uint8_t>(1), variable->bytes);
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kResource, Type::kAny, Type::kNone, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(assign_variable, midge::kAll)
