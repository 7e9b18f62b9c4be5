// VAR_HANDLE: prepare, eval, registrations. The equation is in var_handle.h.
#include "ops/var_handle/var_handle.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(0, 0));
  if (c.output(0).shape.count() != 1) return c.fail_output(0, Code::kBadShape);
  MIDGE_TRY(c.set_output_shape(0, c.output(0).shape));
  VarHandle* p;
  MIDGE_TRY(c.allocate(&p));
  p->id = handle_of(c.model(), c.options());
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  *c.output<uint32_t>(0) = c.data<VarHandle>().id;
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kNone, Type::kNone, Type::kResource, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(var_handle, midge::kAll)
