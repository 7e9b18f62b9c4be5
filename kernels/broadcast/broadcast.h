// Broadcast: two operands of an elementwise operator whose shapes stretch to a common one, as in NumPy.
//
// Neighbouring dimensions that both operands step through alike are merged, so that equal shapes are one loop.
#pragma once
#include "base/shape.h"
#include "base/status.h"

namespace midge {

struct Broadcast {
  int32_t rank = 0;
  int32_t dims[kMaxRank] = {};  ///< of the output, outermost first, after merging
  int32_t a[kMaxRank] = {};     ///< elements that operand a moves by along each of them; 0 where it is stretched
  int32_t b[kMaxRank] = {};
};

/// kShapeMismatch unless each pair of dimensions, aligned at the end, is equal or has a 1.
Status plan_broadcast(const Shape& a, const Shape& b, Shape* out, Broadcast* plan);

/// f(index in the output, index in a, index in b), in the order of the output.
template <class F>
void for_each_pair(const Broadcast& p, F f) {
  int32_t at[kMaxRank] = {};
  const int32_t inner = p.rank == 0 ? 1 : p.dims[p.rank - 1];
  const int32_t step_a = p.rank == 0 ? 0 : p.a[p.rank - 1], step_b = p.rank == 0 ? 0 : p.b[p.rank - 1];
  for (int32_t out = 0, a = 0, b = 0;;) {
    for (int32_t i = 0; i < inner; ++i, ++out) f(out, a + i * step_a, b + i * step_b);
    int32_t d = p.rank - 2;
    for (; d >= 0; --d) {  // next row: carry as an odometer does
      a += p.a[d], b += p.b[d];
      if (++at[d] < p.dims[d]) break;
      a -= p.a[d] * at[d], b -= p.b[d] * at[d];
      at[d] = 0;
    }
    if (d < 0) return;
  }
}

/// A row of the output and what is combined into it. Steps are in elements: 0 where an operand is stretched.
struct PairRow {
  const void* data;  ///< the operator's own
  const void* a;
  const void* b;
  void* out;
  int32_t a_step, b_step, count;
};

/// Calls row() for each row of the output, which starts at `first`. One walk for all operators and element types: only row() is theirs.
void for_each_row(const Broadcast& p, PairRow first, uint32_t in_bytes, uint32_t out_bytes, void (*row)(PairRow));

}  // namespace midge
