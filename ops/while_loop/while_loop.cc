// WHILE: prepare, eval, registrations. The equation is in while_loop.h.
#include "ops/while_loop/while_loop.h"

#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kCondition, kBody };
}

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(c.input_count(), c.input_count(), c.input_count()));
  Callee condition, body;
  MIDGE_TRY(find_callee(c, static_cast<uint32_t>(c.options().i32(option::kCondition)), &condition));
  MIDGE_TRY(find_callee(c, static_cast<uint32_t>(c.options().i32(option::kBody)), &body));
  MIDGE_TRY(check_handover(c, c.inputs(), 0, c.outputs()));
  MIDGE_TRY(check_handover(c, c.inputs(), 0, condition.inputs));
  MIDGE_TRY(check_handover(c, c.inputs(), 0, body.inputs));
  MIDGE_TRY(check_handover(c, c.inputs(), 0, body.outputs));
  if (condition.outputs.count != 1) return Code::kTensorCount;
  const Tensor verdict = c.tensor(condition.outputs[0]);
  if (verdict.type != Type::kBool || verdict.shape.count() != 1) return Status(Code::kShapeMismatch, Place::kTensor, verdict.index);
  for (uint32_t i = 0; i < c.output_count(); ++i) MIDGE_TRY(c.set_output_shape(i, c.input(i).shape));
  WhileLoop* p;
  MIDGE_TRY(c.allocate(&p, sizeof(uint32_t) * uint64_t{c.input_count()}));
  p->condition = condition;
  p->body = body;
  p->bytes = reinterpret_cast<uint32_t*>(p + 1);
  for (uint32_t i = 0; i < c.input_count(); ++i) p->bytes[i] = c.input(i).bytes;
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const WhileLoop& p = c.data<WhileLoop>();
  hand_over(c, c.inputs, 0, c.outputs, p.bytes);
  for (;;) {
    hand_over(c, c.outputs, 0, p.condition.inputs, p.bytes);
    MIDGE_TRY(call(c, p.condition));
    if (*static_cast<const uint8_t*>(c.tensors[p.condition.outputs[0]]) == 0) return Code::kOk;
    hand_over(c, c.outputs, 0, p.body.inputs, p.bytes);
    MIDGE_TRY(call(c, p.body));
    hand_over(c, p.body.outputs, 0, c.outputs, p.bytes);
  }
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(while_loop, midge::kAll)
