// Filter banks evenly spaced in mel: mel(f) = 1127 ln(1 + f / 700). In double precision: a weight is rounded down, so it must be known well.
#pragma once
#include <stdint.h>

#include "kernels/signal/front_end.h"

namespace midge {
namespace audio {

struct Bank {
  int32_t sample_rate, length;  ///< of the spectrum, which has length / 2 + 1 bins
  int32_t channels;
  float lower_hz, upper_hz;

  double mel_of_bin(int32_t bin) const;
  /// The upper edge of triangle c's rising side, which is its peak; c = -1: the lower bound, c = channels: the upper one.
  double edge(int32_t c) const;
  int32_t bins() const { return length / 2 + 1; }
};

/// Tables for signal_filter_bank(): each channel's rising side from its lower edge to its peak, in 1/4096, rounded down. Starts are
/// even and widths multiples of 4, with zeros where the side does not reach.
///
/// Returns the number of weights, at most 8 more a channel than there are bins; 0 where a side has no bin. With null pointers it counts.
int32_t fill_integer_bank(const Bank& bank, int16_t* weights, int16_t* unweights, int16_t* frequency_starts, int16_t* weight_starts, int16_t* widths);

/// For each bin the channel on whose rising side it lies (channels: on the last one's falling side; -1: outside) and how far up, 0 ... 1.
void fill_float_bank(const Bank& bank, int16_t* channel, float* rise);

}  // namespace audio
}  // namespace midge
