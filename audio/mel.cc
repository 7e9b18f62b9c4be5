// See mel.h.
#include "audio/mel.h"

#include "base/float_math_nearest.h"

namespace midge {
namespace audio {
namespace {

double mel(double hz) { return 1127.0 * log_f64(1 + hz / 700); }

constexpr double kOne = 4096;
constexpr int32_t kStartStep = 2, kWidthStep = 4;

}  // namespace

double Bank::mel_of_bin(int32_t bin) const { return mel(static_cast<double>(bin) * sample_rate / length); }

double Bank::edge(int32_t c) const {
  const double low = mel(static_cast<double>(lower_hz)), high = mel(static_cast<double>(upper_hz));
  return low + (high - low) / (channels + 1) * (c + 1);
}

int32_t fill_integer_bank(const Bank& b, int16_t* weights, int16_t* unweights, int16_t* frequency_starts, int16_t* weight_starts, int16_t* widths) {
  const double bin_hz = static_cast<double>(b.sample_rate) / b.length;
  int32_t start = static_cast<int32_t>(1.5 + static_cast<double>(b.lower_hz) / bin_hz), used = 0;
  for (int32_t c = 0; c <= b.channels; ++c) {
    const double below = b.edge(c - 1), peak = b.edge(c);
    int32_t end = start;
    while (end < b.bins() && b.mel_of_bin(end) <= peak) ++end;
    if (end == start) return 0;
    const int32_t first = start / kStartStep * kStartStep, width = (end - first + kWidthStep - 1) / kWidthStep * kWidthStep;
    if (weights != nullptr) {
      frequency_starts[c] = static_cast<int16_t>(first);
      weight_starts[c] = static_cast<int16_t>(used);
      widths[c] = static_cast<int16_t>(width);
      for (int32_t i = 0; i < width; ++i) {
        const int32_t bin = first + i;
        const bool inside = bin >= start && bin < end;
        const double w = inside ? (peak - b.mel_of_bin(bin)) / (peak - below) : 0;
        weights[used + i] = static_cast<int16_t>(w * kOne);
        unweights[used + i] = inside ? static_cast<int16_t>((1 - w) * kOne) : int16_t{0};
      }
    }
    used += width;
    start = end;
  }
  return used;
}

void fill_float_bank(const Bank& b, int16_t* channel, float* rise) {
  const double low = b.edge(-1), step = b.edge(0) - low;
  for (int32_t bin = 0; bin < b.bins(); ++bin) {
    const double at = (b.mel_of_bin(bin) - low) / step;
    const bool inside = bin > 0 && at >= 0 && at < b.channels + 1;
    channel[bin] = inside ? static_cast<int16_t>(at) : int16_t{-1};
    rise[bin] = inside ? static_cast<float>(at - channel[bin]) : 0;
  }
}

}  // namespace audio
}  // namespace midge
