// The steps of an audio front end in integers, each for one frame: what the Signal operators do, and audio/ does without a model. The
// operators' headers have the equations.
#pragma once
#include "base/fixed_point.h"
#include "base/span.h"

namespace midge {

/// Number of bits of x without its leading zeros; TFLM counts 32 for 0.
inline uint32_t significant_bits(uint32_t x) { return x == 0 ? 32 : 32 - static_cast<uint32_t>(__builtin_clz(x)); }

/// out[i] = in[i] * weights[i] >> shift, saturated. `out` may be `in`.
inline void signal_window(const int16_t* in, const int16_t* weights, int32_t count, int32_t shift, int16_t* out) {
  for (int32_t i = 0; i < count; ++i) out[i] = static_cast<int16_t>(clamp<int32_t>(in[i] * weights[i] >> shift, -32768, 32767));
}

/// in * 2^b with the largest b that leaves 15 bits for the largest magnitude; returns b. `out` may be `in`.
inline int32_t signal_auto_scale(const int16_t* in, int32_t count, int16_t* out) {
  int16_t most = 0;
  for (int32_t i = 0; i < count; ++i) {
    if (in[i] > most) {
      most = in[i];
    } else if (-in[i] > most) {
      most = static_cast<int16_t>(-in[i]);
    }
  }
  const int32_t bits = max<int32_t>(15 - static_cast<int32_t>(significant_bits(static_cast<uint32_t>(most))), 0);
  for (int32_t i = 0; i < count; ++i) out[i] = static_cast<int16_t>(shift_left(in[i], bits));
  return bits;
}

/// Of complex numbers [start, end): re^2 + im^2, into the same places of `out`.
inline void signal_energy(const int16_t* in, int32_t start, int32_t end, uint32_t* out) {
  const auto square = [](int32_t x) { return static_cast<uint32_t>(x * x); };
  for (int32_t i = start; i < end; ++i) out[i] = square(in[2 * i]) + square(in[2 * i + 1]);
}

/// What a filter bank multiplies with: entries [weight_starts[c], + widths[c]) of weights and unweights for the frequencies from
/// frequency_starts[c] on; channels + 1 of each.
struct FilterBankTables {
  const int16_t *weights, *unweights, *frequency_starts, *weight_starts, *widths;
};
/// False where the tables lead out of `frequencies` energies or `weights` weights.
bool signal_filter_bank(const FilterBankTables& tables, const uint32_t* in, int32_t channels, int32_t frequencies, int32_t weights, uint64_t* out);

/// The square root of x, rounded to nearest.
uint32_t signal_square_root(uint64_t x);

struct SpectralSubtraction {
  uint32_t smoothing[2], one_minus_smoothing[2];  ///< of even and odd channels
  uint32_t min_signal_remaining;
  int32_t smoothing_bits, bits;
  uint32_t clamping;
};
/// Channels of one frame; `noise` is the state.
void signal_spectral_subtraction(const SpectralSubtraction& p, const uint32_t* in, int32_t channels, uint32_t* noise, uint32_t* out);

constexpr int32_t kPcanTableSize = 125;
void signal_pcan(const uint32_t* in, const uint32_t* noise, const int16_t* table, int32_t channels, int32_t snr_shift, uint32_t* out);

/// ln(in * 2^correction_bits) * scale, saturated to int16; 0 below 2.
void signal_log(const uint32_t* in, int32_t count, int32_t correction_bits, uint32_t scale, int16_t* out);

}  // namespace midge
