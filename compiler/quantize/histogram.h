// Histogram: how a tensor's values are distributed, in memory that does not grow. Bins are as wide as a power of two and lie on
// multiples of their width, so that two bins become one as the range grows, without error, and the result does not depend on how the
// values were split into calls. Exact zeros, which rectifiers make many of, are counted apart.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace midge {

struct Extremes {
  float low, high;
  bool finite;  ///< if not, low and high say nothing
};
/// Of at least one value.
Extremes extremes_of(std::span<const float> values);

class Histogram {
 public:
  static constexpr int64_t kMostBins = 4096;

  /// Adds finite values. False, and nothing is added, if one is NaN or infinite.
  bool add(std::span<const float> values);
  void merge(const Histogram& other);

  bool empty() const { return count_ == 0; }
  uint64_t count() const { return count_; }
  uint64_t zeros() const { return zeros_; }
  float low() const { return low_; }    ///< the least value
  float high() const { return high_; }  ///< the greatest
  double width() const;
  const std::vector<uint64_t>& bins() const { return bins_; }
  /// The middle of a bin.
  double centre(size_t bin) const { return (static_cast<double>(first_ + static_cast<int64_t>(bin)) + 0.5) * width(); }
  /// Takes in a bound that a value is known to have reached.
  void widen(float low, float high);

 private:
  void make_room(float low, float high);

  int exponent_ = 0;    ///< a bin is 2^exponent wide
  int64_t first_ = 0;   ///< bins_[0] starts at first_ * width
  std::vector<uint64_t> bins_;
  uint64_t count_ = 0, zeros_ = 0;
  float low_ = 0, high_ = 0;
};

}  // namespace midge
