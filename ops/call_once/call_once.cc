// CALL_ONCE: prepare, eval, registrations. The equation is in call_once.h.
#include "ops/call_once/call_once.h"

#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kInitialisation };
}

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(0, 0, 0));
  Callee callee;
  MIDGE_TRY(find_callee(c, static_cast<uint32_t>(c.options().i32(option::kInitialisation)), &callee));
  if (callee.inputs.count != 0 || callee.outputs.count != 0) return Code::kTensorCount;
  CallOnce* p;
  MIDGE_TRY(c.allocate(&p));
  p->initialisation = callee;
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  CallOnce& p = c.state<CallOnce>();
  if (p.done == 0) MIDGE_TRY(call(c, p.initialisation));
  p.done = 1;
  return Code::kOk;
}

void reset(void* prepared) { static_cast<CallOnce*>(prepared)->done = 0; }

constexpr Variant kAll[] = {{Type::kNone, Type::kNone, Type::kNone, prepare, eval, reset}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(call_once, midge::kAll)
