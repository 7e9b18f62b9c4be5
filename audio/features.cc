// See features.h.
#include "audio/features.h"

#include "audio/mel.h"
#include "base/fixed_point.h"
#include "base/float_math.h"
#include "base/float_math_nearest.h"
#include "base/memory.h"
#include "base/span.h"
#include "kernels/fft/fft.h"
#include "kernels/fft/sin_cos.h"
#include "kernels/signal/front_end.h"

namespace midge {
namespace audio {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr int32_t kPadding = 8;  // energies behind the last bin, which padded widths may reach
constexpr float kLogFloor = 1e-6f;

// The parameters that TFLM's front end has by default.
constexpr int32_t kWindowShift = 12, kSnrShift = 6, kCorrectionBits = 3;
constexpr uint32_t kLogScale = 64;
constexpr SpectralSubtraction kNoise = {{409, 983}, {15975, 15401}, 819, 10, 14, 0};  // 0.025, 0.06 and 0.05 of 2^14
constexpr int32_t kGainBits = 21, kNoiseBits = 7;
constexpr float kGainOffset = 80, kGainStrength = 0.95f;

bool windowed(const Config& c) { return c.kind != Kind::kWaveform; }
bool finite(float x) { return x - x == 0; }

int32_t spectrum_length(const Config& c) {
  int32_t n = 4;
  while (n < c.window) n *= 2;
  return n;
}

Bank bank_of(const Config& c) { return {c.sample_rate, spectrum_length(c), c.channels, c.lower_hz, c.upper_hz}; }

struct Range {
  int32_t low, high;
};
Range range_of(Type t) {
  if (t == Type::kInt16) return {-32768, 32767};
  return t == Type::kInt8 ? Range{-128, 127} : Range{0, 255};
}

/// Hands out pieces of memory, or counts them where there is none.
class Pieces {
 public:
  explicit Pieces(void* memory) : memory_(static_cast<uint8_t*>(memory)) {}
  template <class T>
  T* take(int32_t count) {
    uint8_t* const at = memory_ == nullptr ? nullptr : memory_ + used_;
    used_ += (static_cast<uint32_t>(count) * static_cast<uint32_t>(sizeof(T)) + 7) / 8 * 8;
    return reinterpret_cast<T*>(at);
  }
  uint32_t used() const { return used_; }

 private:
  uint8_t* memory_;
  uint32_t used_ = 0;
};

/// The gain for a noise estimate, which has 7 bits of fraction.
int32_t pcan_gain(uint32_t noise) {
  const float x = static_cast<float>(noise) / (1 << kNoiseBits) + kGainOffset;
  const float gain = static_cast<float>(1 << kGainBits) * pow_nearest(x, -kGainStrength);
  return gain > 32767 ? 32767 : static_cast<int32_t>(gain + 0.5f);
}

/// Quadratic pieces through three gains of each power of two; signal_pcan() says where they lie.
void fill_pcan(int16_t* table) {
  memset(table, 0, kPcanTableSize * sizeof *table);
  for (uint32_t x = 0; x < 3; ++x) table[x] = static_cast<int16_t>(pcan_gain(x));
  for (uint32_t bits = 2; bits <= 32; ++bits) {
    const uint32_t x0 = 1u << (bits - 1), x1 = x0 + x0 / 2, x2 = bits == 32 ? x0 + (x0 - 1) : 2 * x0;
    const int32_t y0 = pcan_gain(x0), half = pcan_gain(x1) - y0, whole = pcan_gain(x2) - y0, slope = 4 * half - whole;
    int16_t* const piece = table + 4 * bits - 6;
    piece[0] = static_cast<int16_t>(y0), piece[1] = static_cast<int16_t>(slope), piece[2] = static_cast<int16_t>(whole - slope);
  }
}

}  // namespace

struct Features::Parts {
  int16_t* samples;  ///< the window
  FftStages stages;
  int32_t weights;   ///< of the integer bank
  // kMicroSpeech
  int16_t *hann, *scaled;
  Complex<int16_t>*twiddles, *spectrum;
  int16_t *bank_weights, *bank_unweights, *bank_frequencies, *bank_starts, *bank_widths, *pcan, *logs;
  uint32_t *energies, *signal, *noise;
  uint64_t* sums;
  // kLogMel and kMfcc
  float *real_hann, *real_windowed, *rise, *mel, *cosines;
  Complex<float>*real_twiddles, *real_spectrum;
  int16_t* bin_channel;

  uint32_t lay_out(const Config& c, void* memory);
};

uint32_t Features::Parts::lay_out(const Config& c, void* memory) {
  Pieces m(memory);
  (void)m.take<Parts>(1);
  if (!windowed(c)) return m.used();
  const int32_t length = spectrum_length(c), bins = length / 2 + 1, turns = static_cast<int32_t>(real_fft_twiddles(length));
  samples = m.take<int16_t>(c.window);
  if (c.kind == Kind::kMicroSpeech) {
    weights = fill_integer_bank(bank_of(c), nullptr, nullptr, nullptr, nullptr, nullptr);
    hann = m.take<int16_t>(c.window), scaled = m.take<int16_t>(c.window);
    twiddles = m.take<Complex<int16_t>>(turns), spectrum = m.take<Complex<int16_t>>(bins);
    bank_weights = m.take<int16_t>(weights), bank_unweights = m.take<int16_t>(weights);
    bank_frequencies = m.take<int16_t>(c.channels + 1), bank_starts = m.take<int16_t>(c.channels + 1),
    bank_widths = m.take<int16_t>(c.channels + 1);
    pcan = m.take<int16_t>(kPcanTableSize), logs = m.take<int16_t>(c.channels);
    energies = m.take<uint32_t>(bins + kPadding);
    signal = m.take<uint32_t>(c.channels), noise = m.take<uint32_t>(c.channels);
    sums = m.take<uint64_t>(c.channels);
  } else {
    real_hann = m.take<float>(c.window), real_windowed = m.take<float>(c.window);
    real_twiddles = m.take<Complex<float>>(turns), real_spectrum = m.take<Complex<float>>(bins);
    bin_channel = m.take<int16_t>(bins), rise = m.take<float>(bins), mel = m.take<float>(c.channels);
    if (c.kind == Kind::kMfcc) cosines = m.take<float>(4 * c.channels);
  }
  return m.used();
}

int32_t frame_size(const Config& c) {
  if (c.kind == Kind::kWaveform) return 1;
  return c.kind == Kind::kMfcc ? c.coefficients : c.channels;
}

Status check(const Config& c) {
  if (static_cast<uint8_t>(c.kind) > static_cast<uint8_t>(Kind::kMfcc)) return Code::kBadArgument;
  if (c.frames < 1 || c.frames > kMostFrames || c.sample_rate < 1 || c.sample_rate > 1000000) return Code::kBadArgument;
  if (!finite(c.gain) || !finite(c.offset)) return Code::kBadArgument;
  if (c.type != Type::kFloat32) {
    if (c.type != Type::kInt8 && c.type != Type::kUint8 && c.type != Type::kInt16) return Code::kUnsupportedType;
    const Range r = range_of(c.type);
    if (!(c.scale > 0) || !finite(c.scale) || c.zero_point < r.low || c.zero_point > r.high) return Code::kBadArgument;
  }
  if (!windowed(c)) return Code::kOk;
  const bool sizes =
      c.window >= 4 && c.window <= kMostWindow && c.hop >= 1 && c.hop <= kMostFrames && c.channels >= 1 && c.channels <= kMostBankChannels;
  const bool bounds = c.lower_hz >= 0 && c.lower_hz < c.upper_hz && 2 * c.upper_hz <= static_cast<float>(c.sample_rate);
  if (!sizes || !bounds) return Code::kBadArgument;
  if (c.kind == Kind::kMfcc && (c.coefficients < 1 || c.coefficients > c.channels)) return Code::kBadArgument;
  if (c.kind != Kind::kMicroSpeech) return Code::kOk;
  return fill_integer_bank(bank_of(c), nullptr, nullptr, nullptr, nullptr, nullptr) > 0 ? Code::kOk : Code::kBadArgument;
}

Result<uint32_t> memory_bytes(const Config& config) {
  const Status status = check(config);
  if (!status.ok()) return status;
  Features::Parts parts = {};
  return parts.lay_out(config, nullptr);
}

Status Features::init(const Config& config, void* memory, uint32_t memory_bytes, void* out, uint32_t out_bytes) {
  parts_ = nullptr;
  const Result<uint32_t> needed = audio::memory_bytes(config);
  MIDGE_TRY(needed.status());
  const uint32_t element = type_bytes(config.type), elements = static_cast<uint32_t>(config.frames) * static_cast<uint32_t>(frame_size(config));
  if (memory == nullptr || out == nullptr || reinterpret_cast<uintptr_t>(memory) % 8 != 0) return Code::kBadArgument;
  if (reinterpret_cast<uintptr_t>(out) % element != 0) return Code::kBadArgument;
  if (memory_bytes < needed.value() || out_bytes / element < elements) return Code::kBadArgument;
  config_ = config;
  out_ = out;
  parts_ = static_cast<Parts*>(memory);
  *parts_ = Parts();
  (void)parts_->lay_out(config_, memory);
  if (windowed(config_)) fill_tables();
  begin();
  return Code::kOk;
}

void Features::fill_tables() {
  Parts& p = *parts_;
  const Bank bank = bank_of(config_);
  (void)plan_real_fft(bank.length, &p.stages);
  const bool integer = config_.kind == Kind::kMicroSpeech;
  for (int32_t i = 0; i < config_.window; ++i) {  // symmetric about the middle of the window's samples, or periodic
    const double phase = 2 * kPi * (i + (integer ? 0.5 : 0.0)) / config_.window, w = 0.5 - 0.5 * sin_cos(phase).cos;
    if (integer) {
      p.hann[i] = static_cast<int16_t>(w * (1 << kWindowShift) + 0.5);
    } else {
      p.real_hann[i] = static_cast<float>(w);
    }
  }
  if (integer) {
    fill_real_fft_twiddles(p.stages.points, false, p.twiddles);
    (void)fill_integer_bank(bank, p.bank_weights, p.bank_unweights, p.bank_frequencies, p.bank_starts, p.bank_widths);
    fill_pcan(p.pcan);
    memset(p.energies, 0, static_cast<uint32_t>(bank.bins() + kPadding) * sizeof *p.energies);
    return;
  }
  fill_real_fft_twiddles(p.stages.points, false, p.real_twiddles);
  fill_float_bank(bank, p.bin_channel, p.rise);
  if (config_.kind != Kind::kMfcc) return;
  for (int32_t i = 0; i < 4 * config_.channels; ++i) p.cosines[i] = static_cast<float>(sin_cos(kPi * i / (2 * config_.channels)).cos);
}

void Features::begin() {
  frame_ = filled_ = skip_ = 0;
  if (parts_ == nullptr || config_.kind != Kind::kMicroSpeech) return;
  memset(parts_->noise, 0, static_cast<uint32_t>(config_.channels) * sizeof *parts_->noise);
}

Result<int32_t> Features::push(const int16_t* samples, int32_t count) {
  if (parts_ == nullptr) return Status(Code::kNotReady);
  if (samples == nullptr || count < 0) return Status(Code::kBadArgument);
  int32_t taken = 0;
  if (!windowed(config_)) {
    for (; taken < count && !done(); ++taken) store(frame_++, static_cast<float>(samples[taken]));
    return taken;
  }
  while (taken < count && !done()) {
    if (skip_ > 0) {
      const int32_t n = min(skip_, count - taken);
      skip_ -= n, taken += n;
      continue;
    }
    const int32_t n = min(config_.window - filled_, count - taken);
    memcpy(parts_->samples + filled_, samples + taken, static_cast<uint32_t>(n) * sizeof *samples);
    filled_ += n, taken += n;
    if (filled_ < config_.window) break;
    write_frame();
    const int32_t kept = max(config_.window - config_.hop, int32_t{0});
    memmove(parts_->samples, parts_->samples + (config_.window - kept), static_cast<uint32_t>(kept) * sizeof *samples);
    filled_ = kept;
    skip_ = max(config_.hop - config_.window, int32_t{0});
  }
  return taken;
}

Status Features::finish() {
  constexpr int16_t kSilence[32] = {};
  while (!done()) MIDGE_TRY(push(kSilence, 32).status());
  return Code::kOk;
}

void Features::slide(int32_t frames) {
  if (parts_ == nullptr) return;
  frames = clamp(frames, int32_t{0}, frame_);
  const uint32_t each = static_cast<uint32_t>(frame_size(config_)) * type_bytes(config_.type);
  uint8_t* const out = static_cast<uint8_t*>(out_);
  memmove(out, out + static_cast<uint32_t>(frames) * each, static_cast<uint32_t>(frame_ - frames) * each);
  frame_ -= frames;
}

void Features::write_frame() {
  const Parts& p = *parts_;
  const int32_t size = frame_size(config_), at = frame_++ * size;
  if (config_.kind == Kind::kMicroSpeech) {
    micro_speech();
    for (int32_t i = 0; i < size; ++i) store(at + i, static_cast<float>(p.logs[i]));
    return;
  }
  log_mel();
  if (config_.kind == Kind::kLogMel) {
    for (int32_t i = 0; i < size; ++i) store(at + i, p.mel[i]);
    return;
  }
  const int32_t n = config_.channels;
  const float factor = sqrt_f32(2 / static_cast<float>(n));
  for (int32_t k = 0; k < size; ++k) {
    float sum = 0;
    for (int32_t i = 0; i < n; ++i) sum += p.mel[i] * p.cosines[static_cast<uint32_t>((2 * i + 1) * k) % static_cast<uint32_t>(4 * n)];
    store(at + k, sum * factor);
  }
}

void Features::micro_speech() {
  Parts& p = *parts_;
  const int32_t bins = p.stages.points + 1, channels = config_.channels;
  signal_window(p.samples, p.hann, config_.window, kWindowShift, p.scaled);
  const int32_t bits = signal_auto_scale(p.scaled, config_.window, p.scaled);
  real_fft(p.stages, p.twiddles, p.scaled, config_.window, p.spectrum);
  signal_energy(&p.spectrum->re, 0, bins, p.energies);
  const FilterBankTables tables = {p.bank_weights, p.bank_unweights, p.bank_frequencies, p.bank_starts, p.bank_widths};
  (void)signal_filter_bank(tables, p.energies, channels, bins + kPadding, p.weights, p.sums);
  for (int32_t i = 0; i < channels; ++i) p.signal[i] = signal_square_root(p.sums[i]) >> bits;
  signal_spectral_subtraction(kNoise, p.signal, channels, p.noise, p.signal);
  signal_pcan(p.signal, p.noise, p.pcan, channels, kSnrShift, p.signal);
  signal_log(p.signal, channels, kCorrectionBits, kLogScale, p.logs);
}

void Features::log_mel() {
  Parts& p = *parts_;
  for (int32_t i = 0; i < config_.window; ++i) p.real_windowed[i] = static_cast<float>(p.samples[i]) / 32768 * p.real_hann[i];
  real_fft(p.stages, p.real_twiddles, p.real_windowed, config_.window, p.real_spectrum);
  for (int32_t c = 0; c < config_.channels; ++c) p.mel[c] = 0;
  for (int32_t bin = 0; bin <= p.stages.points; ++bin) {
    const int32_t c = p.bin_channel[bin];
    if (c < 0) continue;
    const Complex<float> z = p.real_spectrum[bin];
    const float magnitude = sqrt_f32(z.re * z.re + z.im * z.im);
    if (c < config_.channels) p.mel[c] += magnitude * p.rise[bin];
    if (c > 0) p.mel[c - 1] += magnitude * (1 - p.rise[bin]);
  }
  for (int32_t c = 0; c < config_.channels; ++c) p.mel[c] = log_f32(p.mel[c] + kLogFloor);
}

void Features::store(int32_t at, float feature) {
  const float real = feature * config_.gain + config_.offset;
  if (config_.type == Type::kFloat32) {
    static_cast<float*>(out_)[at] = real;
    return;
  }
  const Range r = range_of(config_.type);
  const int64_t q = clamp<int64_t>(static_cast<int64_t>(round_to_int(real / config_.scale)) + config_.zero_point, r.low, r.high);
  if (config_.type == Type::kInt16) {
    static_cast<int16_t*>(out_)[at] = static_cast<int16_t>(q);
  } else {
    static_cast<uint8_t*>(out_)[at] = static_cast<uint8_t>(q);
  }
}

}  // namespace audio
}  // namespace midge
