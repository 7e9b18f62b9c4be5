// Features: from a microphone's samples to a model's input tensor, as they come: windows, spectra, features, normalised. No heap; the
// caller owns all memory. All in integers for kMicroSpeech; the others in single precision without libm, the same bytes everywhere.
//
//   alignas(8) static uint8_t memory[8192];                       // memory_bytes(config) says how many
//   audio::Config config;                                         // micro_speech, 49 frames of 40 channels
//   config.gain = 0.0390625f, config.scale = input_scale, config.zero_point = input_zero_point;
//   audio::Features f;
//   Status s = f.init(config, memory, sizeof memory, input.data, input.bytes);
//   Result<int32_t> taken = f.push(samples, count);               // until f.done(); then invoke
//   f.slide(10);                                                  // the ten oldest frames leave; go on with the samples not taken
//
// Frame k is made of the window's samples from k * hop on; of kWaveform a frame is a sample. Features, channel by channel:
//   kWaveform      the sample, -32768 ... 32767
//   kMicroSpeech   the integer front end of TFLM's speech models, as the operators of ops/signal_* compute it: a Hann window, a
//                  spectrum in 16 bits, energies in channels that are evenly spaced in mel between the bounds, their roots, less a
//                  running estimate of the noise, PCAN gain, log: 0 ... about 670. The estimate starts with begin().
//   kLogMel        ln(mel + 1e-6), mel the sum of the magnitudes of a periodic Hann window's spectrum (samples / 32768), weighted by
//                  triangles that are evenly spaced in mel; as TensorFlow's tf.signal makes them
//   kMfcc          the first `coefficients` of the DCT-II of kLogMel's channels, times sqrt(2 / channels) (tf.signal's mfccs)
// with mel(f) = 1127 ln(1 + f / 700), and spectra of the next power of two samples.
//
//   real = feature * gain + offset        float32: real        int8, uint8, int16: clamp(round(real / scale) + zero_point), as QUANTIZE
#pragma once
#include "base/status.h"
#include "model/schema.h"

namespace midge {
namespace audio {

enum class Kind : uint8_t { kWaveform, kMicroSpeech, kLogMel, kMfcc };

struct Config {
  Kind kind = Kind::kMicroSpeech;
  int32_t sample_rate = 16000;
  int32_t window = 480, hop = 320;  ///< samples; not of kWaveform
  int32_t channels = 40;            ///< of the filter bank; not of kWaveform
  int32_t coefficients = 13;        ///< of kMfcc
  float lower_hz = 125, upper_hz = 7500;
  int32_t frames = 49;              ///< in the output; of kWaveform samples
  // The output.
  Type type = Type::kInt8;  ///< kInt8, kUint8, kInt16 or kFloat32
  float gain = 1, offset = 0;
  float scale = 1;          ///< the tensor's; not of kFloat32
  int32_t zero_point = 0;
};

constexpr int32_t kMostWindow = 4096, kMostBankChannels = 256, kMostFrames = 1 << 20;

/// Elements of one frame of the output.
int32_t frame_size(const Config& config);

/// kBadArgument for sizes out of range, a hop of 0, bounds that are not 0 <= lower < upper <= sample_rate / 2, a channel that no
/// frequency falls into, numbers that are not finite, a scale that is not positive, a zero point that the type cannot hold;
/// kUnsupportedType.
Status check(const Config& config);

/// Bytes of memory that the configuration needs: tables, a window of samples, a spectrum, the noise estimate.
Result<uint32_t> memory_bytes(const Config& config);

class Features {
 public:
  /// `memory` must be 8-byte aligned and `out` aligned as its type; both must outlive the object's use. Fills the tables. kBadArgument
  /// where check() fails, a pointer is null or misaligned or a buffer is too small.
  Status init(const Config& config, void* memory, uint32_t memory_bytes, void* out, uint32_t out_bytes);

  /// Starts a clip: no samples, no frames, no noise.
  void begin();

  /// More samples. Returns how many were taken: all of them, or those up to where done() became true. kNotReady before init(),
  /// kBadArgument for a null pointer or a negative count.
  Result<int32_t> push(const int16_t* samples, int32_t count);

  /// All frames are there.
  bool done() const { return frame_ == config_.frames; }

  /// Silence until done().
  Status finish();

  /// Moves the frames to the front by `frames`, at most as many as there are, so that as many can follow.
  void slide(int32_t frames);

  struct Parts;  ///< what is in the caller's memory

 private:
  void fill_tables();
  void write_frame();
  void micro_speech();
  void log_mel();
  void store(int32_t at, float feature);

  Config config_;
  void* out_ = nullptr;
  Parts* parts_ = nullptr;  ///< at the start of the caller's memory
  int32_t frame_ = 0;       ///< the frame that comes next
  int32_t filled_ = 0;      ///< samples in the window
  int32_t skip_ = 0;        ///< samples to leave out before the next window, where the hop is longer
};

}  // namespace audio
}  // namespace midge
