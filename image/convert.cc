// See convert.h.
#include "image/convert.h"

#include "base/span.h"

namespace midge {
namespace image {
namespace {

struct Rgb {
  uint8_t r, g, b;
};

/// x / 2^16 rounded to nearest, ties up.
int32_t round_q16(int32_t x) {
  const int32_t y = x + (1 << 15);
  return y >= 0 ? y >> 16 : -((-y + 0xffff) >> 16);
}

uint8_t saturate(int32_t x) { return static_cast<uint8_t>(clamp<int32_t>(x, 0, 255)); }

Rgb from_rgb565(uint32_t v) {
  const uint32_t r = v >> 11, g = v >> 5 & 63, b = v & 31;
  return {static_cast<uint8_t>(r << 3 | r >> 2), static_cast<uint8_t>(g << 2 | g >> 4), static_cast<uint8_t>(b << 3 | b >> 2)};
}

Rgb from_yuv(int32_t y, int32_t u, int32_t v) {
  u -= 128, v -= 128;
  return {saturate(y + round_q16(91881 * v)), saturate(y - round_q16(22554 * u + 46802 * v)), saturate(y + round_q16(116130 * u))};
}

uint8_t grey(Rgb p) { return static_cast<uint8_t>((19595u * p.r + 38470u * p.g + 7471u * p.b + (1u << 15)) >> 16); }

/// Writes what pixel(i) gives for each i of [first, first + count).
template <class F>
void write_row(int32_t first, int32_t count, int32_t channels, uint8_t* out, F pixel) {
  if (channels == 1) {
    for (int32_t i = first; i < first + count; ++i) *out++ = grey(pixel(i));
  } else {
    for (int32_t i = first; i < first + count; ++i) {
      const Rgb p = pixel(i);
      *out++ = p.r, *out++ = p.g, *out++ = p.b;
    }
  }
}

}  // namespace

void convert_row(Format format, const uint8_t* row, int32_t first, int32_t count, int32_t channels, uint8_t* out) {
  const auto little = [=](int32_t i) { return static_cast<uint32_t>(row[2 * i] | row[2 * i + 1] << 8); };
  const auto big = [=](int32_t i) { return static_cast<uint32_t>(row[2 * i] << 8 | row[2 * i + 1]); };
  if (channels == 1 && (format == Format::kGray || format == Format::kYuyv)) {  // what is wanted is there
    const int32_t step = pixel_bytes(format);
    for (int32_t i = first; i < first + count; ++i) *out++ = row[i * step];
    return;
  }
  switch (format) {
    case Format::kGray: return write_row(first, count, channels, out, [=](int32_t i) { return Rgb{row[i], row[i], row[i]}; });
    case Format::kRgb888:
      return write_row(first, count, channels, out, [=](int32_t i) { return Rgb{row[3 * i], row[3 * i + 1], row[3 * i + 2]}; });
    case Format::kBgr888:
      return write_row(first, count, channels, out, [=](int32_t i) { return Rgb{row[3 * i + 2], row[3 * i + 1], row[3 * i]}; });
    case Format::kRgb565Big: return write_row(first, count, channels, out, [=](int32_t i) { return from_rgb565(big(i)); });
    case Format::kRgb565Little: return write_row(first, count, channels, out, [=](int32_t i) { return from_rgb565(little(i)); });
    case Format::kYuyv:
      return write_row(first, count, channels, out, [=](int32_t i) {
        const uint8_t* pair = row + i / 2 * 4;
        return from_yuv(row[2 * i], pair[1], pair[3]);
      });
  }
}

}  // namespace image
}  // namespace midge
