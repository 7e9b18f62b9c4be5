// See reduce.h.
#include "kernels/reduce/reduce.h"

namespace midge {

Reduction plan_reduction(const Shape& in, const bool (&fold)[kMaxRank]) {
  Reduction r;
  const Walk* last = nullptr;
  for (int32_t d = 0; d < in.rank; ++d) {
    const int32_t n = in[d];
    if (fold[d]) r.count *= n;
    if (n == 1) continue;
    Walk& w = fold[d] ? r.folded : r.kept;
    if (last != &w) w.dims[w.rank++] = 1;
    w.dims[w.rank - 1] *= n;
    w.steps[w.rank - 1] = in.product(d + 1, in.rank);
    last = &w;
  }
  return r;
}

}  // namespace midge
