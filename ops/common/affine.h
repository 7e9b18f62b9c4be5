// QUANTIZE and DEQUANTIZE between float32 and quantised numbers, with one scale for all or one for each channel of a dimension.
#pragma once
#include "ops/context.h"

namespace midge {

/// Prepared data; followed by `channels` AffineScales.
struct Affine {
  int32_t outer, channels, inner;  ///< elements, around the channels' dimension; 1, 1, all with one scale
};
struct AffineScale {
  float scale;
  int32_t zero_point;
};

/// One input, one output of the same shape. kNoScale unless `quantised`, which is one of them, has scales that are positive and finite, and
/// zero points of its type; kQuantization unless they are one or as many as their dimension has channels.
Status prepare_affine(PrepareContext& c, const Tensor& quantised);

/// f(element, its scale) for each element.
template <class F>
void for_each_scaled(const Affine& p, F f) {
  const AffineScale* scales = reinterpret_cast<const AffineScale*>(&p + 1);
  int32_t i = 0;
  for (int32_t o = 0; o < p.outer; ++o) {
    for (int32_t channel = 0; channel < p.channels; ++channel) {
      for (const int32_t end = i + p.inner; i < end; ++i) f(i, scales[channel]);
    }
  }
}

}  // namespace midge
