// MedianOfThree in C++: out[i] = the median of in[i] at this inference and at the two before; at the first two, of zero points.
#include "examples/custom_op/median_of_three.h"

namespace {

using midge::clamp;
using midge::Code;
using midge::max;
using midge::min;
using midge::Status;

/// Prepared data; `count` values of the last inference follow, then those of the one before.
struct Median {
  int32_t count;
  int32_t zero_point;

  int8_t* history() { return reinterpret_cast<int8_t*>(this + 1); }
};

Status prepare(midge::PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 1));
  const midge::Tensor in = c.input(0);
  if (c.output(0).type != in.type) return c.fail_output(0, Code::kUnsupportedType);
  MIDGE_TRY(c.set_output_shape(0, in.shape));
  Median* p;
  MIDGE_TRY(c.allocate(&p, 2 * uint64_t{in.bytes}));
  p->count = in.shape.count();
  p->zero_point = in.zero_point();
  return Code::kOk;
}

Status eval(const midge::EvalContext& c) {
  Median& p = c.state<Median>();
  const int8_t* in = c.input<int8_t>(0);
  int8_t *out = c.output<int8_t>(0), *last = p.history(), *before = last + p.count;
  for (int32_t i = 0; i < p.count; ++i) {
    const int8_t now = in[i];  // `out` may be `in`
    out[i] = max(min(last[i], before[i]), min(max(last[i], before[i]), now));
    before[i] = last[i];
    last[i] = now;
  }
  return Code::kOk;
}

void reset(void* prepared) {
  Median* p = static_cast<Median*>(prepared);
  memset(p->history(), p->zero_point, 2 * static_cast<size_t>(p->count));
}

constexpr midge::Variant kVariants[] = {{midge::Type::kInt8, midge::Type::kNone, midge::Type::kInt8, prepare, eval, reset}};

}  // namespace

const midge::OpRegistration median_of_three = {static_cast<int32_t>(midge::Builtin::CUSTOM), 1, kVariants, 1, "MedianOfThree"};
