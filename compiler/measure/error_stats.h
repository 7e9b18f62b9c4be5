// How far a quantised tensor's values are from the float reference's: sums that grow sample by sample, so that nothing is stored.
//
// With r the reference, q the dequantised value, e = q - r, over all values of all samples:
//   SQNR = 10 log10(sum r^2 / sum e^2) dB      cosine = sum r q / sqrt(sum r^2 sum q^2)
// A value is *clipped* if it is stored as the lowest or highest of its type and the reference lies beyond what that end stands for, by
// more than half a step: so the zeros of a rectifier, whose lowest value stands for 0, are not counted.
//
// Equalisation scales a tensor's channels and undoes that in the next layer. Such a tensor is compared with the reference's channels
// scaled alike: allow_scaled_channels() finds the factors, by least squares, and the sums become those of q - factor * r.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/ir/graph.h"

namespace midge {

/// What the ends of a tensor's type stand for, as real numbers; infinities for floats and for tensors with several scales.
struct TypeEnds {
  float low, high;
  float step = 0;
};
TypeEnds ends_of(const ir::Tensor& tensor);

struct ErrorStats {
  uint64_t values = 0, samples = 0;
  double sum_r2 = 0, sum_q2 = 0, sum_rq = 0, sum_e2 = 0, sum_e = 0;
  double max_abs_error = 0;
  double reference_min = 0, reference_max = 0, least = 0, most = 0;  ///< of the reference and of the quantised values
  uint64_t at_lowest = 0, at_highest = 0;      ///< values stored as the ends of the type
  uint64_t clipped_low = 0, clipped_high = 0;  ///< see above
  double clipped_e2 = 0;                       ///< the part of sum_e2 that clipped values have
  double step = 0;  ///< the tensor's scale; 0 where it has none or several

  /// Sums over the values of one channel, by the last dimension.
  struct Channel {
    double r = 0, q = 0, r2 = 0, q2 = 0, rq = 0;
    double widest = 0;  ///< largest magnitude of the quantised values
    double gain = 1;    ///< what the reference is multiplied with
  };
  std::vector<Channel> channels;

  bool has_reference = false;
  bool scaled_channels = false;  ///< the sums are those after scaling; max_abs_error and the reference's ends are not

  double sqnr_db() const;  ///< infinite where there is no error
  double cosine() const;   ///< 1 where both are all zero
  double mean_error() const { return values == 0 ? 0 : sum_e / static_cast<double>(values); }
  double mean_square_error() const { return values == 0 ? 0 : sum_e2 / static_cast<double>(values); }
  double clipped_share() const { return values == 0 ? 0 : static_cast<double>(clipped_low + clipped_high) / static_cast<double>(values); }
  /// Part of the squared error that is the channels' mean errors: what another bias would remove.
  double bias_share() const;
  /// Squared error that rounding and clipping in this tensor make, taking each value that is not at an end as evenly distributed
  /// within its step.
  double own_e2() const;
  /// Largest magnitude of the widest channel over that of the median one; 1 where there are not several channels.
  double channel_spread() const;
};

/// Where factors for the channels explain most of the error, they are taken as meant. Call once, after the last sample.
void allow_scaled_channels(ErrorStats& stats);

/// Adds samples of one tensor. `stored` has the tensor's elements of all samples; `reference` the same values in the same order, or
/// nothing where there is no reference: then only the ends of the type are counted.
void accumulate(ErrorStats& stats, const ir::Tensor& tensor, std::span<const uint8_t> stored, std::span<const float> reference, size_t samples);

}  // namespace midge
