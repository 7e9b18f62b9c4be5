// CIRCULAR_BUFFER: prepare, eval and reset.
#include "ops/circular_buffer/circular_buffer.h"

#include "ops/common/custom_options.h"
#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

int32_t cycles_option(const PrepareContext& c, int32_t slots) {
  CustomOptions options(c);
  const int32_t cycles = options.integer("cycles_max", 1);
  if (options.status().ok()) return cycles;
  return slots == 5 || slots == 13 || slots == 25 ? 1 : 2;
}

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 1));
  const Tensor in = c.input(0), out = c.output(0);
  if (in.shape.rank != 4) return c.fail_input(0, Code::kUnsupportedRank);
  if (out.shape.rank != 4) return c.fail_output(0, Code::kUnsupportedRank);
  if (in.shape[0] != 1 || in.shape[1] != 1) return c.fail_input(0, Code::kShapeMismatch);
  MIDGE_TRY(check_same_scale(in, out));
  const int32_t slots = out.shape[1];
  if (slots < 1) return c.fail_output(0, Code::kBadShape);
  const Shape shape = make_shape(1, slots, in.shape[2], in.shape[3]);
  if (!out.is_variable || out.constant()) {
    MIDGE_TRY(c.set_output_shape(0, shape));
  } else if (out.shape != shape) {
    return c.fail_output(0, Code::kShapeMismatch);
  }
  CircularBuffer d = {};
  d.slots = static_cast<uint32_t>(slots);
  d.slot_bytes = static_cast<uint32_t>(in.shape.count());
  d.cycles = cycles_option(c, slots);
  d.own_state = out.is_variable ? 0 : 1;
  d.zero_point = out.zero_point();
  CircularBuffer* p;
  MIDGE_TRY(c.allocate(&p, d.own_state != 0 ? d.slots * d.slot_bytes : 0));
  *p = d;
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  CircularBuffer& p = c.state<CircularBuffer>();
  int8_t* const out = c.output<int8_t>(0);
  int8_t* const slots = p.own_state != 0 ? reinterpret_cast<int8_t*>(&p + 1) : out;
  const uint32_t kept = (p.slots - 1) * p.slot_bytes;
  memmove(slots, slots + p.slot_bytes, kept);
  memcpy(slots + kept, c.input<int8_t>(0), p.slot_bytes);
  if (slots != out) memcpy(out, slots, kept + p.slot_bytes);
  if (--p.cycles_left != 0) return Code::kMoreInput;
  p.cycles_left = p.cycles;
  return Code::kOk;
}

void reset(void* prepared) {
  CircularBuffer* const p = static_cast<CircularBuffer*>(prepared);
  p->cycles_left = p->cycles;
  if (p->own_state != 0) memset(p + 1, p->zero_point, p->slots * p->slot_bytes);
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kInt8, prepare, eval, reset}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(circular_buffer, midge::kAll)
