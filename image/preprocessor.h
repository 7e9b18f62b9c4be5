// Preprocessor: from a camera's rows to a model's input tensor: crop, convert, resize, letterbox, normalise. Rows are taken as the camera delivers
// them, so that no frame has to be kept: beside the output it needs two rows. No heap; the caller owns all memory.
//
//   alignas(4) static uint8_t scratch[1024];                          // scratch_bytes(config) says how many
//   image::Config config;
//   config.format = image::Format::kRgb565Big, config.width = 160, config.height = 120;
//   config.out_width = config.out_height = 96;                        // grey, int8, real values 0 ... 1 are the defaults
//   config.crop = image::center_crop(160, 120, 96, 96);
//   image::Preprocessor p;
//   Status s = p.init(config, scratch, sizeof scratch, input.data, input.bytes);
//   p.begin();                                                        // each frame
//   for (int y = 0; y < 120; ++y) s = p.push_row(camera_row(y));      // or p.run(frame, 320) where the frame is in memory
//
// Resizing, along each axis from n to m pixels, whose centres are at half pixels (as cv2.resize and TensorFlow's half_pixel_centers):
//   kNearest    in[floor((2 i + 1) n / (2 m))]
//   kBilinear   t = max((2 i + 1) n - m, 0), low = floor(t / (2 m)), high = min(low + 1, n - 1),
//               w = floor((t mod 2 m * 2048 + m) / (2 m)), the weight of `high` in 1/2048, rounded;
//               out = floor((top (2048 - wy) + bottom wy + 2^21) / 2^22), top = left (2048 - wx) + right wx, and bottom likewise
// Colours are converted first, to 8 bits (convert.h). There is no smoothing: shrinking to less than half skips pixels.
//
// Normalising, for the pixel v of channel c:
//   real = v * gain[c] + offset[c]                                                in single precision
//   float32: out = real        int8, uint8: out = clamp(round(real / scale) + zero_point), ties away from zero, as QUANTIZE does
#pragma once
#include "image/convert.h"
#include "model/schema.h"

namespace midge {
namespace image {

enum class Filter : uint8_t { kNearest, kBilinear };

struct Crop {
  int32_t x = 0, y = 0;  ///< of its first pixel
  int32_t width = 0, height = 0;  ///< 0: all that is there
};

/// The largest rectangle in the middle that has the proportions of the output: nothing is distorted. With the image's and the output's
/// sides exchanged it is Config::inside of a letterbox: center_crop(out_width, out_height, width, height).
Crop center_crop(int32_t width, int32_t height, int32_t out_width, int32_t out_height);

constexpr int32_t kMostChannels = 3;
constexpr int32_t kMostSide = 1 << 14;  ///< of the camera's image and of the output

struct Config {
  // The camera's image.
  Format format = Format::kGray;
  int32_t width = 0, height = 0;
  Crop crop;
  // The model's input, [1, out_height, out_width, channels].
  int32_t out_width = 0, out_height = 0;
  int32_t channels = 1;  ///< 1 (grey) or 3 (RGB)
  bool bgr = false;  ///< of 3 channels: blue first
  Crop inside;  ///< the part of the output that the crop is resized to; all around it are pixels of `border`
  uint8_t border = 0;  ///< as a pixel's value, before normalising
  Filter filter = Filter::kBilinear;
  Type type = Type::kInt8;  ///< kInt8, kUint8 or kFloat32
  float gain[kMostChannels] = {1.0f / 255, 1.0f / 255, 1.0f / 255}, offset[kMostChannels] = {};
  float scale = 1.0f / 255;  ///< the tensor's; not of kFloat32
  int32_t zero_point = -128;
};

/// kBadArgument for sizes below 1 or above kMostSide, a crop that leaves the image, an inside that leaves the output, an odd width of kYuyv, another number of channels
/// than 1 or 3, a scale that is not positive and finite, or a zero point that its type cannot hold; kUnsupportedType.
Status check(const Config& config);

/// Bytes of scratch that the configuration needs: two rows of the crop, 4 bytes an output column, a table of 256 bytes a channel.
Result<uint32_t> scratch_bytes(const Config& config);

enum class Resize : uint8_t { kStretch, kCrop, kLetterbox };

/// Sets what depends on the camera's image: format and sizes, and by the way of resizing crop and inside. kStretch changes the
/// proportions; kCrop takes the middle; kLetterbox takes everything and leaves a border. The output's sizes must be set.
void set_source(Config* config, Format format, int32_t width, int32_t height, Resize resize);

class Preprocessor {
 public:
  /// `out` takes out_height * out_width * channels elements; it may be the model's input tensor. kBadArgument where check() fails, a
  /// pointer is null, `scratch` or an output of floats is not 4-byte aligned, or one of the buffers is too small. Both must outlive the
  /// object's use.
  Status init(const Config& config, void* scratch, uint32_t scratch_bytes, void* out, uint32_t out_bytes);

  /// Starts a frame, whatever has become of the one before. Writes the border, where there is one.
  void begin();

  /// The next row of the camera's image, from the top: width pixels. It is not needed any more after the call. kNotReady before
  /// init(), kBadArgument for a null pointer or more rows than the image has.
  Status push_row(const uint8_t* row);

  /// All of the output is written; rows that may follow are below the crop.
  bool done() const { return next_ == config_.inside.height; }

  /// A whole frame that is in memory, its rows `stride` bytes apart. kBadArgument where these are less than a row has.
  Status run(const uint8_t* frame, uint32_t stride);

 private:
  /// Where an output pixel lies between two input pixels.
  struct Place {
    uint16_t low, weight;
  };

  Place place(int32_t i, int32_t from, int32_t to) const;
  void write_row(int32_t row);
  void write_border();
  void store(int32_t at, int32_t channel, uint32_t level);
  void fill_table();

  Config config_;
  Place* columns_ = nullptr;  ///< of each output column
  uint8_t* table_ = nullptr;  ///< 256 normalised values a channel; not of kFloat32
  uint8_t* rows_[2] = {};  ///< converted rows of the crop, by the parity of their number
  void* out_ = nullptr;
  int32_t y_ = 0;  ///< the camera's row that comes next
  int32_t next_ = 0;  ///< the row of the inside that comes next
};

}  // namespace image
}  // namespace midge
