// SignalEnergy: prepare and eval.
#include "ops/signal_energy/signal_energy.h"

#include "kernels/signal/front_end.h"
#include "ops/common/custom_options.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 1));
  MIDGE_TRY(check_vector(c, 0, Type::kInt16));
  const int32_t values = c.input(0).shape[0], count = values / 2;
  if (values % 2 != 0) return c.fail_input(0, Code::kBadShape);
  CustomOptions options(c);
  const int32_t end = options.integer("end_index", 0, count), start = options.integer("start_index", 0, end);
  MIDGE_TRY(options.status());
  MIDGE_TRY(c.set_output_shape(0, vector_shape(count)));
  SignalEnergy* p;
  MIDGE_TRY(c.allocate(&p));
  *p = SignalEnergy{count, start, end};
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const SignalEnergy& p = c.data<SignalEnergy>();
  uint32_t* const out = c.output<uint32_t>(0);
  memset(out, 0, static_cast<uint32_t>(p.count) * sizeof *out);
  signal_energy(c.input<int16_t>(0), p.start, p.end, out);
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt16, Type::kNone, Type::kUint32, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(signal_energy, midge::kAll)
