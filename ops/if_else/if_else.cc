// IF: prepare, eval, registrations. The equation is in if_else.h.
#include "ops/if_else/if_else.h"

#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kThen, kElse };
}

Status prepare(PrepareContext& c) {
  if (c.input_count() < 1) return Code::kTensorCount;
  MIDGE_TRY(c.expect(c.input_count(), c.input_count(), c.output_count()));
  const Tensor condition = c.input(0);
  if (condition.shape.count() != 1) return c.fail_input(0, Code::kShapeMismatch);
  Callee then, otherwise;
  MIDGE_TRY(find_callee(c, static_cast<uint32_t>(c.options().i32(option::kThen)), &then));
  MIDGE_TRY(find_callee(c, static_cast<uint32_t>(c.options().i32(option::kElse)), &otherwise));
  const Callee* const both[] = {&then, &otherwise};
  for (const Callee* callee : both) {
    MIDGE_TRY(check_handover(c, c.inputs(), 1, callee->inputs));
    MIDGE_TRY(check_handover(c, c.outputs(), 0, callee->outputs));
  }
  for (uint32_t i = 0; i < c.output_count(); ++i) MIDGE_TRY(c.set_output_shape(i, c.output(i).shape));
  IfElse* p;
  MIDGE_TRY(c.allocate(&p, sizeof(uint32_t) * (uint64_t{c.input_count()} + c.output_count())));
  p->then = then;
  p->otherwise = otherwise;
  p->argument_bytes = reinterpret_cast<uint32_t*>(p + 1);
  p->result_bytes = p->argument_bytes + c.input_count() - 1;
  for (uint32_t i = 1; i < c.input_count(); ++i) p->argument_bytes[i - 1] = c.input(i).bytes;
  for (uint32_t i = 0; i < c.output_count(); ++i) p->result_bytes[i] = c.output(i).bytes;
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const IfElse& p = c.data<IfElse>();
  const Callee& callee = *c.input<uint8_t>(0) != 0 ? p.then : p.otherwise;
  hand_over(c, c.inputs, 1, callee.inputs, p.argument_bytes);
  MIDGE_TRY(call(c, callee));
  hand_over(c, callee.outputs, 0, c.outputs, p.result_bytes);
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kBool, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(if_else, midge::kAll)
