// From a camera's pixel formats to grey or RGB, one row at a time, in integers: the same bytes on every machine.
//
// Formats, by bytes in memory:
//   kGray          Y                         kRgb565Big     RRRRRGGG GGGBBBBB: what OV sensors send and ESP32 and Arduino drivers keep
//   kRgb888        R G B                     kRgb565Little  GGGBBBBB RRRRRGGG: a uint16_t of a little-endian machine, as OpenMV's
//   kBgr888        B G R: fmt2rgb888() of    kYuyv          Y0 U Y1 V: two pixels, which share their colour; BT.601 of full range
//                  esp32-camera
//
//   5 or 6 bits to 8:  (v << 3) | (v >> 2), (v << 2) | (v >> 4)
//   RGB to grey:       (19595 R + 38470 G + 7471 B + 2^15) >> 16                       as Pillow's convert("L")
//   YUV to grey:       Y
//   YUV to RGB, with u = U - 128 and v = V - 128, each clamped to 0 ... 255:
//     R = Y + ((91881 v + 2^15) >> 16)        G = Y - ((22554 u + 46802 v + 2^15) >> 16)        B = Y + ((116130 u + 2^15) >> 16)
#pragma once
#include "base/status.h"

namespace midge {
namespace image {

enum class Format : uint8_t { kGray, kRgb888, kBgr888, kRgb565Big, kRgb565Little, kYuyv };
constexpr int32_t kFormats = 6;

/// Bytes of one pixel, as an average: two of kYuyv take four.
constexpr int32_t pixel_bytes(Format f) { return f == Format::kGray ? 1 : (f == Format::kRgb888 || f == Format::kBgr888 ? 3 : 2); }

/// Pixels [first, first + count) of a row to `channels` bytes each, 1 (grey) or 3 (R G B). Of kYuyv the row must hold an even number of
/// pixels. `out` must not overlap the row. Cost: about 10 instructions a pixel on Cortex-M4, 30 from YUV to RGB.
void convert_row(Format format, const uint8_t* row, int32_t first, int32_t count, int32_t channels, uint8_t* out);

}  // namespace image
}  // namespace midge
