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

}  // namespace midge
