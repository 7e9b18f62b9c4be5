// What AVERAGE_POOL_2D, MAX_POOL_2D and L2_POOL_2D share: options, geometry, the walk over batches.
#pragma once
#include "kernels/pooling/pooling.h"
#include "ops/context.h"

namespace midge {

struct PoolQ {
  PoolShape shape;
  PoolRange<int32_t> range;
};
struct PoolF32 {
  PoolShape shape;
  PoolRange<float> range;
};

/// int8, int16 or uint8. Scales are not compared: the contract pools the integers as they are.
Status prepare_pool_q(PrepareContext& c);
Status prepare_pool_f32(PrepareContext& c);

template <class Data, class T, class Kernel>
Status eval_pool(const EvalContext& c, Kernel kernel) {
  const Data& p = c.data<Data>();
  const PoolShape& s = p.shape;
  Rows<const T> in{c.input<T>(0), s.in_w * s.channels, 0};
  Rows<T> out{c.output<T>(0), s.out_w * s.channels, 0};
  for (int32_t b = 0; b < s.batches; ++b) {
    kernel(s, p.range, in, out, RowRange{0, s.out_h});
    in.base += s.in_h * s.in_w * s.channels;
    out.base += s.out_h * s.out_w * s.channels;
  }
  return Code::kOk;
}

}  // namespace midge
