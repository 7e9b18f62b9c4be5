// SignalPCAN: prepare and eval.
#include "ops/signal_pcan/signal_pcan.h"

#include "kernels/signal/front_end.h"
#include "ops/common/custom_options.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(3, 3));
  MIDGE_TRY(check_vector(c, 0, Type::kUint32));
  MIDGE_TRY(check_vector(c, 1, Type::kUint32));
  MIDGE_TRY(check_vector(c, 2, Type::kInt16));
  const Shape shape = c.input(0).shape;
  if (c.input(1).shape != shape) return c.fail_input(1, Code::kShapeMismatch);
  if (c.input(2).shape[0] < kPcanTableSize) return c.fail_input(2, Code::kShapeMismatch);
  CustomOptions options(c);
  const int32_t snr_shift = options.integer("snr_shift", 0, 63);
  MIDGE_TRY(options.status());
  MIDGE_TRY(c.set_output_shape(0, shape));
  SignalPcan* p;
  MIDGE_TRY(c.allocate(&p));
  *p = SignalPcan{shape[0], snr_shift};
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const SignalPcan& p = c.data<SignalPcan>();
  signal_pcan(c.input<uint32_t>(0), c.input<uint32_t>(1), c.input<int16_t>(2), p.channels, p.snr_shift, c.output<uint32_t>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kUint32, Type::kUint32, Type::kUint32, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_pcan, midge::kAll)
