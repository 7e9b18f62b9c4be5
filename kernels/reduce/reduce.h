// Reduction: each output element is folded from the input elements along some of the dimensions, in the order of the input.
//
// Neighbouring dimensions that stay, or are folded, together are merged; those of one element are dropped. What is left alternates.
#pragma once
#include "base/shape.h"

namespace midge {

/// Some of a tensor's dimensions, outermost first, and the elements that each of them steps by.
struct Walk {
  static constexpr int32_t kMost = (kMaxRank + 1) / 2;
  int32_t rank = 0;
  int32_t dims[kMost] = {};
  int32_t steps[kMost] = {};
};

struct Reduction {
  Walk kept, folded;
  int32_t count = 1;  ///< elements that each output is folded from
};

/// `fold[d]`: dimension d is folded.
Reduction plan_reduction(const Shape& in, const bool (&fold)[kMaxRank]);

/// f(offset in elements) for each position, in order.
template <class F>
void for_each_offset(const Walk& w, F f) {
  int32_t at[Walk::kMost] = {};
  const int32_t inner = w.rank == 0 ? 1 : w.dims[w.rank - 1], step = w.rank == 0 ? 0 : w.steps[w.rank - 1];
  for (int32_t start = 0;;) {
    for (int32_t i = 0; i < inner; ++i) f(start + i * step);
    int32_t d = w.rank - 2;
    for (; d >= 0; --d) {  // carry as an odometer does
      start += w.steps[d];
      if (++at[d] < w.dims[d]) break;
      start -= w.steps[d] * at[d];
      at[d] = 0;
    }
    if (d < 0) return;
  }
}

/// finish(index of the output, folded): folded starts as `first` and becomes fold(folded, element) for each element.
template <class T, class A, class Fold, class Finish>
void reduce(const Reduction& r, const T* in, A first, Fold fold, Finish finish) {
  int32_t output = 0;
  for_each_offset(r.kept, [&](int32_t start) {
    A folded = first;
    for_each_offset(r.folded, [&](int32_t i) { folded = fold(folded, in[start + i]); });
    finish(output++, folded);
  });
}

}  // namespace midge
