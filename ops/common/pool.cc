// See pool.h.
#include "ops/common/pool.h"

#include "ops/common/activation.h"
#include "ops/common/quantization.h"
#include "ops/common/window.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kPadding, kStrideW, kStrideH, kFilterW, kFilterH, kActivation };
}

Activation activation_of(const PrepareContext& c) { return static_cast<Activation>(c.options().u8(option::kActivation)); }

Status prepare_shape(PrepareContext& c, PoolShape* s) {
  MIDGE_TRY(c.expect(1, 1));
  const Tensor in = c.input(0);
  if (in.shape.rank != 4) return c.fail_input(0, Code::kUnsupportedRank);
  const Table& o = c.options();
  Window h, w;
  h.input = in.shape[1], h.taps = o.i32(option::kFilterH), h.stride = o.i32(option::kStrideH);
  w.input = in.shape[2], w.taps = o.i32(option::kFilterW), w.stride = o.i32(option::kStrideW);
  const Padding padding = static_cast<Padding>(o.u8(option::kPadding));
  MIDGE_TRY(fit_window(padding, &h));
  MIDGE_TRY(fit_window(padding, &w));
  *s = PoolShape{in.shape[0], h.input, w.input,  in.shape[3], h.output,     w.output,
                 h.taps,      w.taps,  h.stride, w.stride,    h.pad_before, w.pad_before};
  return c.set_output_shape(0, make_shape(s->batches, s->out_h, s->out_w, s->channels));
}

}  // namespace

Status prepare_pool_q(PrepareContext& c) {
  PoolShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  const Tensor in = c.input(0), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_scale(out));
  const IntegerRange type = range_of(in.type);
  const int64_t window = static_cast<int64_t>(min(shape.filter_h, shape.in_h)) * min(shape.filter_w, shape.in_w);
  if (window > INT32_MAX / (max(type.high, -type.low) + 1)) return c.fail_input(0, Code::kTooLarge);  // the sum is 32 bits
  PoolQ* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  return activation_range_q(activation_of(c), out, type.low, type.high, &p->range.low, &p->range.high);
}

Status prepare_pool_f32(PrepareContext& c) {
  PoolShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  PoolF32* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  return activation_range_f32(activation_of(c), &p->range.low, &p->range.high);
}

}  // namespace midge
