// SignalFilterBankLog: prepare and eval.
#include "ops/signal_filter_bank_log/signal_filter_bank_log.h"

#include "kernels/signal/front_end.h"
#include "ops/common/custom_options.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 1));
  MIDGE_TRY(check_vector(c, 0, Type::kUint32));
  const Shape shape = c.input(0).shape;
  CustomOptions options(c);
  const int32_t correction_bits = options.integer("input_correction_bits", 0, 31);
  const uint32_t scale = static_cast<uint32_t>(options.integer("output_scale"));
  MIDGE_TRY(options.status());
  MIDGE_TRY(c.set_output_shape(0, shape));
  SignalFilterBankLog* p;
  MIDGE_TRY(c.allocate(&p));
  *p = SignalFilterBankLog{shape[0], correction_bits, scale};
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const SignalFilterBankLog& p = c.data<SignalFilterBankLog>();
  signal_log(c.input<uint32_t>(0), p.count, p.correction_bits, p.scale, c.output<int16_t>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kUint32, Type::kNone, Type::kInt16, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_filter_bank_log, midge::kAll)
