// PAD: prepare and eval.
#include "ops/pad/pad.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2));
  uint32_t value[2];
  MIDGE_TRY(border_value(c, value));
  PadData* p;
  MIDGE_TRY(prepare_pad(c, &p));
  p->value[0] = value[0], p->value[1] = value[1];
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const PadData& p = c.data<PadData>();
  pad(p, p.value, c.input<uint8_t>(0), c.output<uint8_t>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(pad, midge::kAll)
