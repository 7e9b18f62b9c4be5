// PADV2: prepare and eval.
#include "ops/padv2/padv2.h"

#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kValue = 2;

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(3, 3));
  MIDGE_TRY(check_movable(c, kValue));
  const Tensor value = c.input(kValue);
  if (value.shape.count() != 1) return c.fail_input(kValue, Code::kShapeMismatch);
  if (value.quantization.count == 1) MIDGE_TRY(check_same_scale(value, c.output(0)));
  PadData* p;
  return prepare_pad(c, &p);
}

Status eval(const EvalContext& c) {
  pad(c.data<PadData>(), c.input<uint8_t>(kValue), c.input<uint8_t>(0), c.output<uint8_t>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(padv2, midge::kAll)
