// How a layer's inputs vary and move together, over output positions of samples.
#pragma once
#include "compiler/quantize/layer.h"

namespace midge {

/// Which of all output positions of all samples are looked at: evenly spread.
struct Observed {
  size_t all, count;
  size_t at(size_t i) const { return static_cast<size_t>(static_cast<double>(i) * static_cast<double>(all) / static_cast<double>(count)); }
};

/// All positions, or at most about `most` of them: eight for each of a patch's inputs.
Observed observe(const Layer& layer, size_t samples, size_t most);

/// The covariance of a group's patches around `mean`, depth x depth. `x` holds whole samples. The dense one is a matrix product over
/// all cores, for deep layers; the small one runs in the calling thread, for layers of many groups.
std::vector<float> dense_covariance(const Layer& layer, std::span<const float> x, const Observed& seen, size_t group, std::span<const double> mean);
std::vector<float> small_covariance(const Layer& layer, std::span<const float> x, const Observed& seen, size_t group, std::span<const double> mean);

}  // namespace midge
