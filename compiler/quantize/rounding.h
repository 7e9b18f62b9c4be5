// Rounding of weights so that a layer's output changes least, rather than each weight.
//
// With quantised inputs x of mean m, weights w and integers q of scale s, and the bias set to its optimum, the output's error is
//   E = e' H e,  e = s q - w,  H = covariance of x.
// All take a channel's weights and return integers in [-limit, limit]; none returns a larger E than rounding to nearest has.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/quantize/recipe.h"

namespace midge {

/// H of a layer with what the methods derive from it, made once for all channels.
class Covariance {
 public:
  /// `h` is symmetric, size x size, row by row; `rows` counts the observations: with few of them the diagonal is raised.
  Covariance(std::vector<float> h, size_t size, size_t rows);

  size_t size() const { return size_; }
  const float* row(size_t i) const { return h_.data() + i * size_; }
  /// The upper triangle R with R'R = H of the inputs in `order()`, last first: row by row. Made at the first call.
  const std::vector<float>& factor() const { return factor_; }
  void make_factor();
  /// Inputs by what they contribute, greatest first.
  const std::vector<uint32_t>& order() const { return order_; }

 private:
  std::vector<float> h_, factor_;
  std::vector<uint32_t> order_;
  size_t size_;
};

double output_error(const Covariance& h, std::span<const float> weights, float scale, std::span<const int8_t> q);

/// h may be null for kNearest. `sweeps` bounds coordinate descent.
void round_weights(Rounding method, const Covariance* h, std::span<const float> weights, float scale, int limit, int sweeps, std::span<int8_t> q);

}  // namespace midge
