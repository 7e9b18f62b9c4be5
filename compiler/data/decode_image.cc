// See decode_image.h: which format it is, and the formats that need no library.
#include "compiler/data/decode_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "image/preprocessor.h"

namespace midge {
namespace {

/// Little-endian numbers at places that may not be there.
class Fields {
 public:
  explicit Fields(std::span<const uint8_t> file) : file_(file) {}
  uint32_t u32(size_t at) const { return u16(at) | u16(at + 2) << 16; }
  uint32_t u16(size_t at) const {
    if (at + 2 > file_.size()) throw DecodeError("is cut short");
    return file_[at] | static_cast<uint32_t>(file_[at + 1]) << 8;
  }

 private:
  std::span<const uint8_t> file_;
};

}  // namespace

Picture new_picture(int64_t width, int64_t height, int32_t channels) {
  if (width < 1 || height < 1) throw DecodeError("has no pixels");
  if (width > image::kMostSide || height > image::kMostSide || width * height > kMostPixels) {
    throw DecodeError(fmt::format("is {} x {} pixels; at most {} a side and {} in all are read", width, height, image::kMostSide, kMostPixels));
  }
  Picture out{static_cast<int32_t>(width), static_cast<int32_t>(height), channels, {}};
  out.pixels.resize(static_cast<size_t>(width * height * channels));
  return out;
}

/// Uncompressed, with 1, 4 or 8 bits of a palette, or 24 or 32 bits of B G R (X); from the bottom or from the top.
Picture decode_bmp(std::span<const uint8_t> file) {
  const Fields fields(file);
  const uint64_t pixels = fields.u32(10), header = fields.u32(14);
  if (header < 40) throw DecodeError("is a BMP file of a very old form; save it again");
  const int64_t width = static_cast<int32_t>(fields.u32(18)), signed_height = static_cast<int32_t>(fields.u32(22));
  const uint32_t bits = fields.u16(28), compression = fields.u32(30);
  if (compression != 0 || (bits != 1 && bits != 4 && bits != 8 && bits != 24 && bits != 32)) {
    throw DecodeError(fmt::format("is a BMP file with {} bits a pixel and compression {}; save it with 24 bits, uncompressed", bits, compression));
  }
  const int64_t height = signed_height < 0 ? -signed_height : signed_height;
  if (width < 1 || height < 1 || width > image::kMostSide || height > image::kMostSide) (void)new_picture(width, height, 3);  // throws
  const uint64_t stride = (static_cast<uint64_t>(width) * bits + 31) / 32 * 4;
  if (pixels > file.size() || stride * static_cast<uint64_t>(height) > file.size() - pixels) throw DecodeError("is cut short");
  std::span<const uint8_t> palette;
  if (bits <= 8) {
    const uint64_t colours = fields.u32(46) == 0 ? uint64_t{1} << bits : fields.u32(46);
    if (colours > uint64_t{1} << bits || 14 + header + 4 * colours > file.size()) throw DecodeError("has a palette that is damaged");
    palette = file.subspan(14 + header, 4 * colours);
  }
  Picture out = new_picture(width, height, 3);
  bool grey = bits <= 8;
  uint8_t* to = out.pixels.data();
  for (int64_t y = 0; y < height; ++y) {
    const int64_t row = signed_height < 0 ? y : height - 1 - y;
    const uint8_t* const from = file.data() + pixels + static_cast<uint64_t>(row) * stride;
    for (int64_t x = 0; x < width; ++x, to += 3) {
      const uint8_t* bgr = from + x * static_cast<int64_t>(bits / 8);
      if (bits <= 8) {
        const uint64_t bit = static_cast<uint64_t>(x) * bits;
        const size_t index = static_cast<size_t>(from[bit / 8] >> (8 - bits - bit % 8)) & ((1u << bits) - 1);
        if (4 * index + 3 > palette.size()) throw DecodeError("has pixels beyond its palette");
        bgr = palette.data() + 4 * index;
      }
      to[0] = bgr[2], to[1] = bgr[1], to[2] = bgr[0];
      grey = grey && to[0] == to[1] && to[1] == to[2];
    }
  }
  if (grey) {  // a palette of greys is how BMP stores them
    for (size_t i = 0; i < out.pixels.size() / 3; ++i) out.pixels[i] = out.pixels[3 * i];
    out.pixels.resize(out.pixels.size() / 3);
    out.channels = 1;
  }
  return out;
}

/// P5 (grey) and P6 (RGB) with values up to 255.
Picture decode_pnm(std::span<const uint8_t> file) {
  size_t at = 2;
  const auto number = [&] {
    while (at < file.size() && (std::isspace(file[at]) != 0 || file[at] == '#')) {
      if (file[at] == '#') {
        while (at < file.size() && file[at] != '\n') ++at;
      } else {
        ++at;
      }
    }
    int64_t n = 0;
    const size_t start = at;
    for (; at < file.size() && file[at] >= '0' && file[at] <= '9' && n < (1 << 24); ++at) n = 10 * n + (file[at] - '0');
    if (at == start) throw DecodeError("has a header that is damaged");
    return n;
  };
  const int32_t channels = file[1] == '5' ? 1 : 3;
  const int64_t width = number(), height = number(), most = number();
  if (most < 1 || most > 255) throw DecodeError("has more than 8 bits a value; save it with 255 as the largest");
  ++at;  // one character of white space
  Picture out = new_picture(width, height, channels);
  if (at > file.size() || out.pixels.size() > file.size() - at) throw DecodeError("is cut short");
  std::memcpy(out.pixels.data(), file.data() + at, out.pixels.size());
  if (most != 255) {
    for (uint8_t& v : out.pixels) v = static_cast<uint8_t>((std::min<int64_t>(v, most) * 255 + most / 2) / most);
  }
  return out;
}

Picture decode_image(std::span<const uint8_t> file) {
  const std::string_view start(reinterpret_cast<const char*>(file.data()), std::min<size_t>(file.size(), 8));
  if (start == "\x89PNG\r\n\x1a\n") return decode_png(file);
  if (start.starts_with("\xff\xd8\xff")) return decode_jpeg(file);
  if (start.starts_with("BM")) return decode_bmp(file);
  if (start.starts_with("P5") || start.starts_with("P6")) return decode_pnm(file);
  throw DecodeError(file.empty() ? "is empty" : "is not a PNG, JPEG, BMP, PPM or PGM file");
}

}  // namespace midge
