// Pictures and sound: what encoders wrote comes back; damaged files are refused, and do nothing worse.
#include "compiler/data/decode_image.h"

#include <gtest/gtest.h>
#include <png.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>

#include <jpeglib.h>

#include "compiler/data/wav.h"

namespace midge {
namespace {

constexpr uint32_t kSeed = 3;

std::vector<uint8_t> random_bytes(std::mt19937& random, size_t n) {
  std::vector<uint8_t> out(n);
  for (uint8_t& b : out) b = static_cast<uint8_t>(random());
  return out;
}

std::vector<uint8_t> encode_png(const std::vector<uint8_t>& pixels, uint32_t width, uint32_t height, uint32_t format) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION, image.width = width, image.height = height, image.format = format;
  png_alloc_size_t bytes = 0;
  png_image_write_to_memory(&image, nullptr, &bytes, 0, pixels.data(), 0, nullptr);
  std::vector<uint8_t> out(bytes);
  EXPECT_TRUE(png_image_write_to_memory(&image, out.data(), &bytes, 0, pixels.data(), 0, nullptr));
  out.resize(bytes);
  return out;
}

std::vector<uint8_t> encode_jpeg(const std::vector<uint8_t>& pixels, int width, int height, int channels, bool progressive) {
  jpeg_compress_struct c;
  jpeg_error_mgr errors;
  c.err = jpeg_std_error(&errors);
  jpeg_create_compress(&c);
  unsigned char* memory = nullptr;
  unsigned long bytes = 0;
  jpeg_mem_dest(&c, &memory, &bytes);
  c.image_width = static_cast<JDIMENSION>(width), c.image_height = static_cast<JDIMENSION>(height);
  c.input_components = channels, c.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&c);
  jpeg_set_quality(&c, 95, TRUE);
  if (progressive) jpeg_simple_progression(&c);
  jpeg_start_compress(&c, TRUE);
  for (int y = 0; y < height; ++y) {
    JSAMPROW row = const_cast<uint8_t*>(pixels.data()) + y * width * channels;
    jpeg_write_scanlines(&c, &row, 1);
  }
  jpeg_finish_compress(&c);
  jpeg_destroy_compress(&c);
  std::vector<uint8_t> out(memory, memory + bytes);
  std::free(memory);
  return out;
}

void put(std::vector<uint8_t>& out, uint64_t v, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(i < 8 ? static_cast<uint8_t>(v >> (8 * i)) : uint8_t{0});
}

std::vector<uint8_t> encode_bmp(const std::vector<uint8_t>& rgb, int width, int height, int bits, bool top_down) {
  std::vector<uint8_t> out = {'B', 'M'};
  put(out, 0, 8), put(out, 54, 4), put(out, 40, 4), put(out, static_cast<uint32_t>(width), 4);
  put(out, static_cast<uint32_t>(top_down ? -height : height), 4), put(out, 1, 2), put(out, static_cast<uint32_t>(bits), 2), put(out, 0, 24);
  for (int i = 0; i < height; ++i) {
    const uint8_t* row = rgb.data() + (top_down ? i : height - 1 - i) * width * 3;
    for (int x = 0; x < width; ++x) {
      for (int c = 2; c >= 0; --c) out.push_back(row[3 * x + c]);
      if (bits == 32) out.push_back(255);
    }
    while ((out.size() - 54) % 4 != 0) out.push_back(0);
  }
  return out;
}

/// A .wav file of one `data` chunk.
std::vector<uint8_t> encode_wav(const std::vector<uint8_t>& data, uint32_t tag, uint32_t channels, uint32_t rate, uint32_t bits) {
  std::vector<uint8_t> out = {'R', 'I', 'F', 'F'};
  put(out, 36 + data.size(), 4);
  for (const char c : std::string("WAVEfmt ")) out.push_back(static_cast<uint8_t>(c));
  put(out, 16, 4), put(out, tag, 2), put(out, channels, 2), put(out, rate, 4), put(out, rate * channels * bits / 8, 4),
      put(out, channels * bits / 8, 2);
  put(out, bits, 2);
  for (const char c : std::string("data")) out.push_back(static_cast<uint8_t>(c));
  put(out, data.size(), 4);
  out.insert(out.end(), data.begin(), data.end());
  return out;
}

TEST(DecodeImage, LosslessFormatsComeBack) {
  std::mt19937 random(kSeed);
  for (const int width : {1, 3, 8, 37}) {
    const int height = 5;
    const std::vector<uint8_t> rgb = random_bytes(random, static_cast<size_t>(3 * width * height)),
                               grey = random_bytes(random, static_cast<size_t>(width * height));
    const auto expect = [&](const std::vector<uint8_t>& file, int channels, const std::vector<uint8_t>& pixels, const char* what) {
      const Picture p = decode_image(file);
      EXPECT_EQ(p.width, width) << what;
      EXPECT_EQ(p.height, height) << what;
      EXPECT_EQ(p.channels, channels) << what;
      EXPECT_EQ(p.pixels, pixels) << what;
    };
    expect(encode_png(rgb, static_cast<uint32_t>(width), 5, PNG_FORMAT_RGB), 3, rgb, "PNG");
    expect(encode_png(grey, static_cast<uint32_t>(width), 5, PNG_FORMAT_GRAY), 1, grey, "grey PNG");
    std::vector<uint8_t> rgba;
    for (size_t i = 0; i < rgb.size(); ++i) {
      rgba.push_back(rgb[i]);
      if (i % 3 == 2) rgba.push_back(static_cast<uint8_t>(random()));
    }
    expect(encode_png(rgba, static_cast<uint32_t>(width), 5, PNG_FORMAT_RGBA), 3, rgb, "PNG with alpha, which is dropped");
    for (const bool top_down : {false, true}) {
      expect(encode_bmp(rgb, width, height, 24, top_down), 3, rgb, "BMP");
      expect(encode_bmp(rgb, width, height, 32, top_down), 3, rgb, "BMP of 32 bits");
    }
    const auto pnm = [&](const char* magic, const std::vector<uint8_t>& pixels) {
      const std::string head = std::string(magic) + "\n# a comment\n" + std::to_string(width) + " 5\n255\n";
      std::vector<uint8_t> file(head.begin(), head.end());
      file.insert(file.end(), pixels.begin(), pixels.end());
      return file;
    };
    expect(pnm("P6", rgb), 3, rgb, "PPM");
    expect(pnm("P5", grey), 1, grey, "PGM");
  }
}

TEST(DecodeImage, JpegIsNear) {
  for (const bool progressive : {false, true}) {
    for (const int channels : {1, 3}) {
      const int width = 45, height = 30;
      std::vector<uint8_t> pixels;
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          for (int c = 0; c < channels; ++c) pixels.push_back(static_cast<uint8_t>(2 * x + 3 * y + 20 * c));
        }
      }
      const Picture p = decode_image(encode_jpeg(pixels, width, height, channels, progressive));
      ASSERT_EQ(p.channels, channels);
      ASSERT_EQ(p.pixels.size(), pixels.size());
      for (size_t i = 0; i < pixels.size(); ++i) ASSERT_NEAR(p.pixels[i], pixels[i], 12) << i;
    }
  }
}

TEST(DecodeImage, DamageIsRefused) {
  std::mt19937 random(kSeed);
  const std::vector<uint8_t> rgb = random_bytes(random, 3 * 16 * 16), sound = random_bytes(random, 600);
  const std::vector<std::vector<uint8_t>> files = {
      encode_png(rgb, 16, 16, PNG_FORMAT_RGB), encode_jpeg(rgb, 16, 16, 3, false), encode_jpeg(rgb, 16, 16, 3, true),
      encode_bmp(rgb, 16, 16, 24, false),      encode_wav(sound, 1, 2, 16000, 24), encode_wav(std::vector<uint8_t>(600), 3, 1, 16000, 32)};
  const auto decode = [](const std::vector<uint8_t>& file) {
    try {
      if (file.size() > 4 && file[0] == 'R') {
        (void)decode_wav(file);
      } else {
        (void)decode_image(file);
      }
      return true;
    } catch (const DecodeError& e) {
      EXPECT_STRNE(e.what(), "");
      return false;
    }
  };
  for (const std::vector<uint8_t>& file : files) {
    EXPECT_TRUE(decode(file));
    for (size_t n = 0; n < file.size(); n += 1 + n / 64)
      EXPECT_FALSE(decode({file.begin(), file.begin() + static_cast<ptrdiff_t>(n)})) << n;
    for (int round = 0; round < 300; ++round) {
      std::vector<uint8_t> bad = file;
      for (int k = 0; k < 4; ++k)
        bad[random() % std::min<size_t>(bad.size(), round % 2 == 0 ? 64 : bad.size())] = static_cast<uint8_t>(random());
      (void)decode(bad);
    }
  }
  EXPECT_FALSE(decode({}));
  EXPECT_FALSE(decode({'G', 'I', 'F', '8', '9', 'a'}));
  std::vector<uint8_t> huge = encode_bmp(rgb, 16, 16, 24, false);
  huge[20] = 0xff;
  EXPECT_FALSE(decode(huge)) << "a width of millions";
}

TEST(DecodeWav, EveryWidthAndChannels) {
  const auto samples = [](const std::vector<uint8_t>& data, uint32_t tag, uint32_t channels, uint32_t bits) {
    const Sound s = decode_wav(encode_wav(data, tag, channels, 16000, bits));
    EXPECT_EQ(s.sample_rate, 16000);
    return s.samples;
  };
  using S = std::vector<int16_t>;
  EXPECT_EQ(samples({0x01, 0x80, 0xff, 0x7f, 0x34, 0x12}, 1, 1, 16), (S{-32767, 32767, 0x1234}));
  EXPECT_EQ(samples({0, 128, 255}, 1, 1, 8), (S{-32768, 0, 127 * 256}));
  EXPECT_EQ(samples({0x7f, 0x34, 0x12, 0x80, 0x34, 0x12, 0xff, 0xff, 0x7f}, 1, 1, 24), (S{0x1234, 0x1235, 32767}));
  std::vector<uint8_t> floats;
  for (const float f : {0.5f, -1.0f, 2.0f, 1.0f / 32768}) {
    uint32_t bits;
    std::memcpy(&bits, &f, 4);
    put(floats, bits, 4);
  }
  EXPECT_EQ(samples(floats, 3, 1, 32), (S{16384, -32768, 32767, 1}));
  EXPECT_EQ(samples({10, 0, 13, 0, 0xf6, 0xff, 0xf3, 0xff}, 1, 2, 16), (S{12, -11})) << "11.5 and -11.5, ties up";
  EXPECT_EQ(samples({1, 0, 2, 0, 4, 0}, 1, 3, 16), (S{2}));
}

}  // namespace
}  // namespace midge
