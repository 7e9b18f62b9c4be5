// READ_VARIABLE: prepare, eval, registrations. The equation is in read_variable.h.
#include "ops/read_variable/read_variable.h"

#include "base/memory.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 1));
  MIDGE_TRY(c.set_output_shape(0, c.output(0).shape));
  return prepare_variable_access(c, c.output(0));
}

Status eval(const EvalContext& c) {
  ResourceVariable* variable = find_variable(c);
  if (variable == nullptr) return Code::kBadData;
  memcpy(c.output<uint8_t>(0), variable->data(), variable->bytes);
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kResource, Type::kNone, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(read_variable, midge::kAll)
