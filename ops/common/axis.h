// One axis of a tensor, as ARG_MAX, ARG_MIN and CUMSUM walk along it.
#pragma once
#include "ops/context.h"

namespace midge {

/// Element i along the axis of line (o, n) lies at (o * size + i) * inner + n.
struct AxisShape {
  int32_t outer, size, inner;
};

/// A negative axis counts from the end. False unless the shape has it.
inline bool split_at(const Shape& s, int32_t axis, AxisShape* out) {
  if (axis < 0) axis += s.rank;
  if (axis < 0 || axis >= s.rank) return false;
  *out = {s.product(0, axis), s[axis], s.product(axis + 1, s.rank)};
  return true;
}

/// f(first element of a line), for each line, in order.
template <class F>
void for_each_line(const AxisShape& s, F f) {
  for (int32_t o = 0; o < s.outer; ++o) {
    for (int32_t n = 0; n < s.inner; ++n) f(o * s.size * s.inner + n);
  }
}

}  // namespace midge
