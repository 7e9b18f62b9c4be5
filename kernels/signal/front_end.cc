// See front_end.h.
#include "kernels/signal/front_end.h"

namespace midge {
namespace {

/// Digit by digit: root^2 <= x always, and x holds the difference. Rounded up where that exceeds root, so where the true root is above
/// root + 1/2; not beyond half of U's bits.
template <class U>
uint32_t rounded_root(U x) {
  constexpr uint32_t kBits = sizeof(U) * 8, kLargest = static_cast<uint32_t>(~U{0} >> (kBits / 2));
  U root = 0;  // scaled by the current digit's weight
  for (U bit = U{1} << (kBits - 2); bit != 0; bit >>= 2) {
    const U trial = root + bit;
    root >>= 1;
    if (x >= trial) {
      x -= trial;
      root += bit;
    }
  }
  return static_cast<uint32_t>(root) + (x > root && root != kLargest ? 1 : 0);
}

constexpr uint32_t kSnrBits = 12, kOutputBits = 6;

/// The quadratic piece of x's number of bits, at the 10 bits behind its leading one.
int16_t gain(uint32_t x, const int16_t* table) {
  if (x <= 2) return table[x];
  const uint32_t bits = significant_bits(x);
  const int16_t* const piece = table + 4 * bits - 6;
  const int32_t rest = static_cast<int32_t>((bits < 11 ? x << (11 - bits) : x >> (bits - 11)) & 0x3ff);
  const int32_t slope = ((piece[2] * rest) >> 5) + shift_left(piece[1], 5);
  return static_cast<int16_t>((wrapping_add(wrapping_mul(slope, rest), 1 << 14) >> 15) + piece[0]);
}

uint32_t shrink(uint32_t snr) {
  if (snr < 2u << kSnrBits) return (snr * snr) >> (2 + 2 * kSnrBits - kOutputBits);
  return (snr >> (kSnrBits - kOutputBits)) - (1u << kOutputBits);
}

/// log2(1 + i / 128) - i / 128, with 16 bits of fraction.
constexpr uint16_t kBend[] = {
    0,    224,  442,  654,  861,  1063, 1259, 1450, 1636, 1817, 1992, 2163, 2329, 2490, 2646, 2797, 2944, 3087, 3224, 3358, 3487, 3611,
    3732, 3848, 3960, 4068, 4172, 4272, 4368, 4460, 4549, 4633, 4714, 4791, 4864, 4934, 5001, 5063, 5123, 5178, 5231, 5280, 5326, 5368,
    5408, 5444, 5477, 5507, 5533, 5557, 5578, 5595, 5610, 5622, 5631, 5637, 5640, 5641, 5638, 5633, 5626, 5615, 5602, 5586, 5568, 5547,
    5524, 5498, 5470, 5439, 5406, 5370, 5332, 5291, 5249, 5203, 5156, 5106, 5054, 5000, 4944, 4885, 4825, 4762, 4697, 4630, 4561, 4490,
    4416, 4341, 4264, 4184, 4103, 4020, 3935, 3848, 3759, 3668, 3575, 3481, 3384, 3286, 3186, 3084, 2981, 2875, 2768, 2659, 2549, 2437,
    2323, 2207, 2090, 1971, 1851, 1729, 1605, 1480, 1353, 1224, 1094, 963,  830,  695,  559,  421,  282,  142,  0};
constexpr uint32_t kFractionBits = 16, kPieceBits = kFractionBits - 7;
constexpr uint32_t kHalf = 1u << (kFractionBits - 1);
constexpr uint32_t kLn2 = 45426;  // with 16 bits of fraction

/// x >= 2.
uint32_t scaled_log(uint32_t x, uint32_t scale) {
  const uint32_t whole = significant_bits(x) - 1;
  const uint32_t rest = x - (1u << whole);
  const uint32_t fraction = whole < kFractionBits ? rest << (kFractionBits - whole) : rest >> (whole - kFractionBits);
  const uint32_t piece = fraction >> kPieceBits;
  const int32_t low = kBend[piece], step = kBend[piece + 1] - low;
  // The contract divides by 2^16 here, not by a piece's 2^9: between its ends a piece is all but flat.
  const int32_t along = (step * static_cast<int32_t>(fraction - (piece << kPieceBits))) >> kFractionBits;
  const uint32_t log2 = (whole << kFractionBits) + fraction + static_cast<uint32_t>(low + along);
  const uint32_t ln = static_cast<uint32_t>((static_cast<uint64_t>(kLn2) * log2 + kHalf) >> kFractionBits);
  return (scale * ln + kHalf) >> kFractionBits;
}

}  // namespace

bool signal_filter_bank(const FilterBankTables& tables, const uint32_t* in, int32_t channels, int32_t frequencies, int32_t weights, uint64_t* out) {
  uint64_t unweighted = 0;  // of the channel before
  for (int32_t i = 0; i <= channels; ++i) {
    const int32_t frequency = tables.frequency_starts[i], weight = tables.weight_starts[i], width = tables.widths[i];
    const bool inside = frequency >= 0 && weight >= 0 && frequency + width <= frequencies && weight + width <= weights;
    if (width > 0 && !inside) return false;
    uint64_t sum = unweighted;
    unweighted = 0;
    for (int32_t j = 0; j < width; ++j) {  // modulo 2^64, so that unsigned products serve negative weights
      sum += static_cast<uint64_t>(tables.weights[weight + j]) * in[frequency + j];
      unweighted += static_cast<uint64_t>(tables.unweights[weight + j]) * in[frequency + j];
    }
    if (i > 0) out[i - 1] = sum;
  }
  return true;
}

uint32_t signal_square_root(uint64_t x) { return x >> 32 == 0 ? rounded_root(static_cast<uint32_t>(x)) : rounded_root(x); }

void signal_spectral_subtraction(const SpectralSubtraction& p, const uint32_t* in, int32_t channels, uint32_t* noise, uint32_t* out) {
  for (int32_t i = 0; i < channels; ++i) {
    const uint64_t s = p.smoothing[i & 1], t = p.one_minus_smoothing[i & 1];
    const uint32_t x = in[i] << p.smoothing_bits;
    noise[i] = static_cast<uint32_t>((x * s + noise[i] * t) >> p.bits);
    const uint32_t taken = min(noise[i], x);
    if (p.clamping != 0) noise[i] = taken;
    const uint32_t least = static_cast<uint32_t>((static_cast<uint64_t>(in[i]) * p.min_signal_remaining) >> p.bits);
    out[i] = max((x - taken) >> p.smoothing_bits, least);
  }
}

void signal_pcan(const uint32_t* in, const uint32_t* noise, const int16_t* table, int32_t channels, int32_t snr_shift, uint32_t* out) {
  for (int32_t i = 0; i < channels; ++i) {
    const uint64_t factor = static_cast<uint32_t>(gain(noise[i], table));
    out[i] = shrink(static_cast<uint32_t>((in[i] * factor) >> snr_shift));
  }
}

void signal_log(const uint32_t* in, int32_t count, int32_t correction_bits, uint32_t scale, int16_t* out) {
  for (int32_t i = 0; i < count; ++i) {
    const uint32_t x = in[i] << correction_bits;
    out[i] = x < 2 ? int16_t{0} : static_cast<int16_t>(min<uint32_t>(scaled_log(x, scale), INT16_MAX));
  }
}

}  // namespace midge
