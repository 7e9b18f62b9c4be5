// Pictures from files: PNG (libpng), JPEG (libjpeg), BMP and PPM/PGM (here). By the contents, not by the name.
//
// What comes out is what Pillow and TensorFlow give: 8 bits a channel, no gamma or colour profile applied, transparency dropped, the
// orientation of EXIF ignored. Files are not trusted: at most kMostPixels pixels are made, whatever a header says.
#pragma once
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

namespace midge {

struct Picture {
  int32_t width = 0, height = 0;
  int32_t channels = 0;         ///< 1 (grey) or 3 (R G B)
  std::vector<uint8_t> pixels;  ///< rows from the top, no gaps
};

constexpr int64_t kMostPixels = 1 << 26;

/// What is wrong with a file, in words that follow its name.
class DecodeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// DecodeError for a file that is damaged, cut short, too large or of another format.
Picture decode_image(std::span<const uint8_t> file);

// One a format.
Picture decode_png(std::span<const uint8_t> file);
Picture decode_jpeg(std::span<const uint8_t> file);
Picture decode_bmp(std::span<const uint8_t> file);
Picture decode_pnm(std::span<const uint8_t> file);

/// The picture's memory, all 0. DecodeError where a side is below 1 or the sizes are beyond the limits.
Picture new_picture(int64_t width, int64_t height, int32_t channels);

}  // namespace midge
