// SignalFilterBankSquareRoot: prepare and eval.
#include "ops/signal_filter_bank_square_root/signal_filter_bank_square_root.h"

#include "kernels/signal/front_end.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2));
  MIDGE_TRY(check_vector(c, 0, Type::kUint64));
  if (c.input(1).shape.count() != 1) return c.fail_input(1, Code::kShapeMismatch);
  const Shape shape = c.input(0).shape;
  MIDGE_TRY(c.set_output_shape(0, shape));
  SignalFilterBankSquareRoot* p;
  MIDGE_TRY(c.allocate(&p));
  p->count = shape.count();
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const uint64_t* const in = c.input<uint64_t>(0);
  const int32_t scale_bits = *c.input<int32_t>(1);
  uint32_t* const out = c.output<uint32_t>(0);
  if (scale_bits < 0 || scale_bits > 31) return Code::kBadData;
  for (int32_t i = 0; i < c.data<SignalFilterBankSquareRoot>().count; ++i) out[i] = signal_square_root(in[i]) >> scale_bits;
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kUint64, Type::kInt32, Type::kUint32, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_filter_bank_square_root, midge::kAll)
