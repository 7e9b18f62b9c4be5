// Pixel formats against the equations of BT.601 in double, and every value of the 16-bit ones; parts of rows.
#include "image/convert.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace midge::image {
namespace {

constexpr uint32_t kSeed = 11;
using Pixel = std::vector<int>;

Pixel pixel(Format f, std::vector<uint8_t> bytes, int32_t at = 0, int32_t channels = 3) {
  std::vector<uint8_t> out(static_cast<size_t>(channels));
  convert_row(f, bytes.data(), at, 1, channels, out.data());
  return Pixel(out.begin(), out.end());
}

/// |a - b| at most `tolerance` in every channel.
void expect_near(const Pixel& a, const std::vector<double>& b, double tolerance, const char* what) {
  for (size_t c = 0; c < a.size(); ++c) EXPECT_NEAR(a[c], std::clamp(b[c], 0.0, 255.0), tolerance) << what << ", channel " << c;
}

TEST(ImageConvert, Rgb565InBothByteOrders) {
  for (int v = 0; v < 65536; ++v) {
    const uint8_t high = static_cast<uint8_t>(v >> 8), low = static_cast<uint8_t>(v);
    const Pixel rgb = pixel(Format::kRgb565Big, {high, low});
    // The full range of 5 and 6 bits is the full range of 8.
    expect_near(rgb, {(v >> 11) * 255.0 / 31, (v >> 5 & 63) * 255.0 / 63, (v & 31) * 255.0 / 31}, 0.8, "RGB565");
    ASSERT_EQ(pixel(Format::kRgb565Little, {low, high}), rgb) << v;
    ASSERT_EQ(pixel(Format::kRgb565Little, {low, high}, 0, 1), pixel(Format::kRgb565Big, {high, low}, 0, 1)) << v;
  }
}

TEST(ImageConvert, RgbToGrey) {
  std::mt19937 random(kSeed);
  for (int i = 0; i < 20000; ++i) {
    const uint8_t r = static_cast<uint8_t>(random()), g = static_cast<uint8_t>(random()), b = static_cast<uint8_t>(random());
    expect_near(pixel(Format::kRgb888, {r, g, b}, 0, 1), {0.299 * r + 0.587 * g + 0.114 * b}, 0.51, "grey");
    ASSERT_EQ(pixel(Format::kRgb888, {r, g, b}), (Pixel{r, g, b}));
    ASSERT_EQ(pixel(Format::kBgr888, {r, g, b}), (Pixel{b, g, r}));
    ASSERT_EQ(pixel(Format::kBgr888, {r, g, b}, 0, 1), pixel(Format::kRgb888, {b, g, r}, 0, 1));
  }
  for (int v = 0; v < 256; ++v) {
    const uint8_t grey = static_cast<uint8_t>(v);
    EXPECT_EQ(pixel(Format::kRgb888, {grey, grey, grey}, 0, 1), Pixel{v}) << "grey stays what it is";
    EXPECT_EQ(pixel(Format::kGray, {grey}, 0, 1), Pixel{v});
    EXPECT_EQ(pixel(Format::kGray, {grey}), (Pixel{v, v, v}));
  }
}

TEST(ImageConvert, YuyvToRgbAndGrey) {
  std::mt19937 random(kSeed);
  for (int i = 0; i < 20000; ++i) {
    const uint8_t y0 = static_cast<uint8_t>(random()), y1 = static_cast<uint8_t>(random());
    const uint8_t u = static_cast<uint8_t>(random()), v = static_cast<uint8_t>(random());
    const double du = u - 128.0, dv = v - 128.0;
    for (int32_t at = 0; at < 2; ++at) {
      const int y = at == 0 ? y0 : y1;
      expect_near(pixel(Format::kYuyv, {y0, u, y1, v}, at), {y + 1.402 * dv, y - 0.344136 * du - 0.714136 * dv, y + 1.772 * du}, 0.51,
                  "YUV");
      ASSERT_EQ(pixel(Format::kYuyv, {y0, u, y1, v}, at, 1), Pixel{y});
    }
  }
}

TEST(ImageConvert, APartOfARowIsThatPartOfTheWhole) {
  std::mt19937 random(kSeed);
  constexpr int32_t kWidth = 12;
  for (int32_t f = 0; f < kFormats; ++f) {
    const Format format = static_cast<Format>(f);
    std::vector<uint8_t> row(static_cast<size_t>(kWidth * pixel_bytes(format)));
    for (uint8_t& b : row) b = static_cast<uint8_t>(random());
    for (const int32_t channels : {1, 3}) {
      std::vector<uint8_t> whole(static_cast<size_t>(kWidth * channels));
      convert_row(format, row.data(), 0, kWidth, channels, whole.data());
      for (int32_t first = 0; first < kWidth; ++first) {
        for (int32_t count = 0; first + count <= kWidth; ++count) {
          std::vector<uint8_t> part(static_cast<size_t>(count * channels));
          convert_row(format, row.data(), first, count, channels, part.data());
          ASSERT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + first * channels)) << f << ": " << first << " + " << count;
        }
      }
    }
  }
}

}  // namespace
}  // namespace midge::image
