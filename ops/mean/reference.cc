// MEAN, slow and obvious.
#include "ops/mean/mean.h"

namespace midge {
namespace {

/// The element offset of position `i` in a box of `rank` dimensions.
int32_t offset_of(int32_t i, int32_t rank, const int32_t* dims, const int32_t* steps) {
  int32_t offset = 0;
  for (int32_t d = rank - 1; d >= 0; --d) {
    offset += i % dims[d] * steps[d];
    i /= dims[d];
  }
  return offset;
}

/// Calls f(output index, sum of its inputs).
template <class Sum, class T, class F>
void for_each_sum(const MeanShape& s, const T* in, F f) {
  for (int32_t o = 0; o < s.outputs; ++o) {
    const T* from = in + offset_of(o, s.kept, s.kept_dims, s.kept_step);
    Sum sum = 0;
    for (int32_t i = 0; i < s.count; ++i) sum += from[offset_of(i, s.reduced, s.reduced_dims, s.reduced_step)];
    f(o, sum);
  }
}

}  // namespace

void mean_s8_reference(const MeanS8& p, const int8_t* in, int8_t* out) {
  for_each_sum<int32_t>(p.shape, in, [&](int32_t o, int32_t sum) {
    out[o] = requantize(sum - p.input_zero_point * p.shape.count, p.rescale.value, p.rescale.shift, p.out);
  });
}

void mean_f32_reference(const MeanF32& p, const float* in, float* out) {
  for_each_sum<float>(p.shape, in, [&](int32_t o, float sum) { out[o] = sum / static_cast<float>(p.shape.count); });
}

}  // namespace midge
