// See broadcast.h.
#include "kernels/broadcast/broadcast.h"

namespace midge {

Status plan_broadcast(const Shape& a, const Shape& b, Shape* out, Broadcast* plan) {
  *out = Shape();
  out->rank = max(a.rank, b.rank);
  int32_t step_a[kMaxRank], step_b[kMaxRank];
  for (int32_t d = out->rank - 1, size_a = 1, size_b = 1; d >= 0; --d) {
    const int32_t from_a = d - (out->rank - a.rank), from_b = d - (out->rank - b.rank);
    const int32_t dim_a = from_a < 0 ? 1 : a[from_a], dim_b = from_b < 0 ? 1 : b[from_b];
    if (dim_a != dim_b && dim_a != 1 && dim_b != 1) return Code::kShapeMismatch;
    out->dims[d] = max(dim_a, dim_b);
    step_a[d] = dim_a == 1 ? 0 : size_a;
    step_b[d] = dim_b == 1 ? 0 : size_b;
    size_a *= dim_a;
    size_b *= dim_b;
  }
  *plan = Broadcast();
  for (int32_t d = 0; d < out->rank; ++d) {
    const int32_t n = out->dims[d];
    if (n == 1) continue;
    const int32_t last = plan->rank - 1;
    if (last >= 0 && plan->a[last] == step_a[d] * n && plan->b[last] == step_b[d] * n) {
      plan->dims[last] *= n;
      plan->a[last] = step_a[d];
      plan->b[last] = step_b[d];
    } else {
      plan->dims[plan->rank] = n;
      plan->a[plan->rank] = step_a[d];
      plan->b[plan->rank] = step_b[d];
      ++plan->rank;
    }
  }
  return Code::kOk;
}

void for_each_row(const Broadcast& p, PairRow first, uint32_t in_bytes, uint32_t out_bytes, void (*row)(PairRow)) {
  const int32_t last = p.rank - 1;
  PairRow r = first;
  r.count = p.rank == 0 ? 1 : p.dims[last];
  r.a_step = p.rank == 0 ? 0 : p.a[last];
  r.b_step = p.rank == 0 ? 0 : p.b[last];
  int32_t at[kMaxRank] = {};
  for (int32_t a = 0, b = 0;;) {
    r.a = static_cast<const uint8_t*>(first.a) + static_cast<size_t>(a) * in_bytes;
    r.b = static_cast<const uint8_t*>(first.b) + static_cast<size_t>(b) * in_bytes;
    row(r);
    r.out = static_cast<uint8_t*>(r.out) + static_cast<size_t>(r.count) * out_bytes;
    int32_t d = last - 1;
    for (; d >= 0; --d) {  // next row: carry as an odometer does
      a += p.a[d], b += p.b[d];
      if (++at[d] < p.dims[d]) break;
      a -= p.a[d] * at[d], b -= p.b[d] * at[d];
      at[d] = 0;
    }
    if (d < 0) return;
  }
}

}  // namespace midge
