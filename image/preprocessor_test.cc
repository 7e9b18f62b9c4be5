// Preprocessor against the header's equations on whole frames, in 64-bit and double arithmetic; rows one by one against a frame in
// memory; buffers of exactly the size that is asked for; what is refused.
#include "image/preprocessor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

namespace midge::image {
namespace {

constexpr uint32_t kSeed = 7;

int draw(std::mt19937& random, int low, int high) { return low + static_cast<int>(random() % static_cast<uint32_t>(high - low + 1)); }

Config random_config(std::mt19937& random) {
  Config c;
  c.format = static_cast<Format>(random() % kFormats);
  c.width = 2 * draw(random, 1, 20), c.height = draw(random, 1, 40);
  if (random() % 2 == 0) {
    c.crop.x = draw(random, 0, c.width - 1), c.crop.y = draw(random, 0, c.height - 1);
    c.crop.width = draw(random, 0, c.width - c.crop.x), c.crop.height = draw(random, 0, c.height - c.crop.y);
  }
  c.out_width = draw(random, 1, 50), c.out_height = draw(random, 1, 50);
  c.channels = random() % 2 == 0 ? 1 : 3;
  c.filter = random() % 3 == 0 ? Filter::kNearest : Filter::kBilinear;
  const Type types[] = {Type::kInt8, Type::kUint8, Type::kFloat32};
  c.type = types[random() % 3];
  for (int32_t i = 0; i < kMostChannels; ++i) {
    c.gain[i] = static_cast<float>(draw(random, 1, 100)) / 4096;
    c.offset[i] = static_cast<float>(draw(random, -100, 100)) / 64;
  }
  c.scale = static_cast<float>(draw(random, 1, 40)) / 1000;
  c.zero_point = c.type == Type::kInt8 ? draw(random, -128, 127) : draw(random, 0, 255);
  return c;
}

std::vector<uint8_t> random_frame(std::mt19937& random, const Config& c) {
  std::vector<uint8_t> frame(static_cast<size_t>(c.width * c.height * pixel_bytes(c.format)));
  for (uint8_t& b : frame) b = static_cast<uint8_t>(random());
  return frame;
}

/// A preprocessor with memory of exactly the sizes that it needs, so that a sanitizer sees what leaves them.
struct Sized {
  explicit Sized(const Config& c) : config(c) {
    const size_t elements = static_cast<size_t>(c.out_width * c.out_height * c.channels);
    const Result<uint32_t> bytes = scratch_bytes(c);
    EXPECT_TRUE(bytes.ok());
    scratch_size = bytes.value();
    out_size = static_cast<uint32_t>(elements * (c.type == Type::kFloat32 ? 4 : 1));
    scratch = std::make_unique<uint8_t[]>(scratch_size);
    out = std::make_unique<uint8_t[]>(out_size);
  }
  Status init() { return preprocessor.init(config, scratch.get(), scratch_size, out.get(), out_size); }

  Config config;
  Preprocessor preprocessor;
  uint32_t scratch_size = 0, out_size = 0;
  std::unique_ptr<uint8_t[]> scratch, out;
};

/// Where output pixel i lies: between two input pixels, as a fraction of 2048.
struct Between {
  int64_t low, high, weight;
};
Between between(int64_t i, int64_t from, int64_t to, Filter filter) {
  if (filter == Filter::kNearest) return {(2 * i + 1) * from / (2 * to), (2 * i + 1) * from / (2 * to), 0};
  const int64_t t = std::max<int64_t>((2 * i + 1) * from - to, 0);
  return {t / (2 * to), std::min(t / (2 * to) + 1, from - 1), (t % (2 * to) * 2048 + to) / (2 * to)};
}

/// Element (y, x, c) of the output before normalising, by the equations.
int64_t expected_level(const Config& c, const std::vector<uint8_t>& frame, int32_t y, int32_t x, int32_t channel) {
  const int32_t width = c.crop.width == 0 ? c.width - c.crop.x : c.crop.width, height = c.crop.height == 0 ? c.height - c.crop.y : c.crop.height;
  const Between v = between(y, height, c.out_height, c.filter), h = between(x, width, c.out_width, c.filter);
  const auto at = [&](int64_t row, int64_t column) -> int64_t {
    uint8_t rgb[3];
    const uint8_t* line = frame.data() + (c.crop.y + row) * c.width * pixel_bytes(c.format);
    convert_row(c.format, line, static_cast<int32_t>(c.crop.x + column), 1, c.channels, rgb);
    return rgb[channel];
  };
  const int64_t top = at(v.low, h.low) * (2048 - h.weight) + at(v.low, h.high) * h.weight;
  const int64_t bottom = at(v.high, h.low) * (2048 - h.weight) + at(v.high, h.high) * h.weight;
  return (top * (2048 - v.weight) + bottom * v.weight + (1 << 21)) >> 22;
}

TEST(ImagePreprocessor, RandomConfigurationsFollowTheEquations) {
  std::mt19937 random(kSeed);
  for (int round = 0; round < 1500; ++round) {
    const Config c = random_config(random);
    const std::vector<uint8_t> frame = random_frame(random, c);
    Sized s(c);
    ASSERT_TRUE(s.init().ok()) << "round " << round << ", seed " << kSeed;
    ASSERT_TRUE(s.preprocessor.run(frame.data(), static_cast<uint32_t>(c.width * pixel_bytes(c.format))).ok());
    ASSERT_TRUE(s.preprocessor.done());
    size_t i = 0;
    for (int32_t y = 0; y < c.out_height; ++y) {
      for (int32_t x = 0; x < c.out_width; ++x) {
        for (int32_t k = 0; k < c.channels; ++k, ++i) {
          const float real = static_cast<float>(expected_level(c, frame, y, x, k)) * c.gain[k] + c.offset[k];
          if (c.type == Type::kFloat32) {
            float got;
            std::memcpy(&got, s.out.get() + 4 * i, 4);
            ASSERT_EQ(got, real) << "round " << round << ", seed " << kSeed;
            continue;
          }
          const int low = c.type == Type::kInt8 ? -128 : 0;
          const int want = static_cast<int>(std::clamp(std::round(real / c.scale) + static_cast<float>(c.zero_point), low + 0.0f, low + 255.0f));
          const int got = c.type == Type::kInt8 ? static_cast<int8_t>(s.out[i]) : s.out[i];
          ASSERT_EQ(got, want) << "element " << i << ", round " << round << ", seed " << kSeed;
        }
      }
    }
  }
}

/// What the equations stand for: interpolation at the true place, within the rounding of the weights and of the result.
TEST(ImagePreprocessor, BilinearIsNearTheTruePlace) {
  std::mt19937 random(kSeed);
  for (int round = 0; round < 300; ++round) {
    Config c = random_config(random);
    c.format = Format::kGray, c.channels = 1, c.crop = Crop(), c.filter = Filter::kBilinear;
    c.type = Type::kUint8, c.gain[0] = 1, c.offset[0] = 0, c.scale = 1, c.zero_point = 0;
    const std::vector<uint8_t> frame = random_frame(random, c);
    Sized s(c);
    ASSERT_TRUE(s.init().ok());
    ASSERT_TRUE(s.preprocessor.run(frame.data(), static_cast<uint32_t>(c.width)).ok());
    for (int32_t y = 0; y < c.out_height; ++y) {
      for (int32_t x = 0; x < c.out_width; ++x) {
        const double fy = std::clamp((y + 0.5) * c.height / c.out_height - 0.5, 0.0, c.height - 1.0);
        const double fx = std::clamp((x + 0.5) * c.width / c.out_width - 0.5, 0.0, c.width - 1.0);
        const int y0 = static_cast<int>(fy), x0 = static_cast<int>(fx), y1 = std::min(y0 + 1, c.height - 1), x1 = std::min(x0 + 1, c.width - 1);
        const auto at = [&](int row, int column) { return static_cast<double>(frame[static_cast<size_t>(row * c.width + column)]); };
        const double top = std::lerp(at(y0, x0), at(y0, x1), fx - x0), bottom = std::lerp(at(y1, x0), at(y1, x1), fx - x0);
        ASSERT_NEAR(s.out[static_cast<size_t>(y * c.out_width + x)], std::lerp(top, bottom, fy - y0), 0.5 + 2 * 255.0 / 4096) << round;
      }
    }
  }
}

TEST(ImagePreprocessor, RowsMayBeGoneAfterTheCall) {
  std::mt19937 random(kSeed);
  for (int round = 0; round < 200; ++round) {
    const Config c = random_config(random);
    const uint32_t stride = static_cast<uint32_t>(c.width * pixel_bytes(c.format));
    const std::vector<uint8_t> frame = random_frame(random, c);
    Sized whole(c), rows(c);
    ASSERT_TRUE(whole.init().ok() && whole.preprocessor.run(frame.data(), stride).ok());
    ASSERT_TRUE(rows.init().ok());
    for (int frames = 0; frames < 2; ++frames) {
      rows.preprocessor.begin();
      for (int32_t y = 0; y < c.height; ++y) {
        std::vector<uint8_t> row(frame.begin() + y * static_cast<int32_t>(stride), frame.begin() + (y + 1) * static_cast<int32_t>(stride));
        ASSERT_TRUE(rows.preprocessor.push_row(row.data()).ok());
      }
      ASSERT_TRUE(rows.preprocessor.done());
      EXPECT_EQ(rows.preprocessor.push_row(frame.data()).code(), Code::kBadArgument) << "one row too many";
      ASSERT_EQ(std::memcmp(whole.out.get(), rows.out.get(), whole.out_size), 0) << round;
      std::memset(rows.out.get(), 0x5a, rows.out_size);
    }
  }
}

TEST(ImagePreprocessor, TheSameSizeIsACopy) {
  Config c;
  c.width = c.out_width = 6, c.height = c.out_height = 5;
  c.type = Type::kUint8, c.zero_point = 0;
  std::mt19937 random(kSeed);
  const std::vector<uint8_t> frame = random_frame(random, c);
  for (const Filter filter : {Filter::kNearest, Filter::kBilinear}) {
    c.filter = filter;
    Sized s(c);
    ASSERT_TRUE(s.init().ok() && s.preprocessor.run(frame.data(), 6).ok());
    EXPECT_EQ(std::memcmp(s.out.get(), frame.data(), frame.size()), 0);
  }
}

/// A letterbox is the resized picture in the middle of a border; BGR is RGB with the channels exchanged.
TEST(ImagePreprocessor, InsideABorderAndBlueFirst) {
  std::mt19937 random(kSeed);
  for (int round = 0; round < 400; ++round) {
    Config c = random_config(random);
    Config plain = c;
    c.inside.x = draw(random, 0, c.out_width - 1), c.inside.y = draw(random, 0, c.out_height - 1);
    c.inside.width = draw(random, 1, c.out_width - c.inside.x), c.inside.height = draw(random, 1, c.out_height - c.inside.y);
    c.border = static_cast<uint8_t>(random());
    c.bgr = c.channels == 3 && random() % 2 == 0;
    plain.out_width = c.inside.width, plain.out_height = c.inside.height;
    if (c.bgr) std::swap(plain.gain[0], plain.gain[2]), std::swap(plain.offset[0], plain.offset[2]);
    Config level = plain;  // what the border becomes: an image of one pixel of its value
    level.format = Format::kGray, level.width = level.height = level.out_width = level.out_height = 1, level.crop = Crop();
    const std::vector<uint8_t> frame = random_frame(random, c), border(1, c.border);
    Sized whole(c), part(plain), pixel(level);
    const uint32_t stride = static_cast<uint32_t>(c.width * pixel_bytes(c.format));
    ASSERT_TRUE(whole.init().ok() && part.init().ok() && pixel.init().ok()) << round;
    ASSERT_TRUE(whole.preprocessor.run(frame.data(), stride).ok() && part.preprocessor.run(frame.data(), stride).ok());
    ASSERT_TRUE(pixel.preprocessor.run(border.data(), 1).ok());
    EXPECT_TRUE(whole.preprocessor.done());
    const int32_t each = c.type == Type::kFloat32 ? 4 : 1;
    for (int32_t y = 0; y < c.out_height; ++y) {
      for (int32_t x = 0; x < c.out_width; ++x) {
        const int32_t px = x - c.inside.x, py = y - c.inside.y;
        const bool in = px >= 0 && py >= 0 && px < c.inside.width && py < c.inside.height;
        for (int32_t k = 0; k < c.channels; ++k) {
          const int32_t from = c.bgr ? 2 - k : k;
          const uint8_t* const want =
              in ? part.out.get() + ((py * plain.out_width + px) * c.channels + from) * each : pixel.out.get() + from * each;
          ASSERT_EQ(std::memcmp(whole.out.get() + ((y * c.out_width + x) * c.channels + k) * each, want, static_cast<size_t>(each)), 0)
              << "round " << round << ", seed " << kSeed << ": " << x << ", " << y << ", " << k;
        }
      }
    }
  }
}

TEST(ImagePreprocessor, CenterCropKeepsTheProportions) {
  struct Case {
    int32_t width, height, out_width, out_height;
    Crop want;
  };
  const Case cases[] = {{160, 120, 96, 96, {20, 0, 120, 120}}, {120, 160, 96, 96, {0, 20, 120, 120}}, {320, 240, 32, 24, {0, 0, 320, 240}},
                        {320, 240, 64, 24, {0, 60, 320, 120}}, {3, 1000, 1000, 1, {0, 499, 3, 1}},    {0, 5, 5, 5, {0, 0, 0, 0}}};
  for (const Case& k : cases) {
    const Crop c = center_crop(k.width, k.height, k.out_width, k.out_height);
    EXPECT_TRUE(c.x == k.want.x && c.y == k.want.y && c.width == k.want.width && c.height == k.want.height)
        << k.width << " x " << k.height << ": " << c.x << " " << c.y << " " << c.width << " " << c.height;
  }
}

TEST(ImagePreprocessor, RefusesWhatItCannotDo) {
  Config good;
  good.width = 16, good.height = 12, good.out_width = good.out_height = 8;
  EXPECT_TRUE(check(good).ok());
  const auto refused = [&](const char* what, Code code, auto spoil) {
    Config c = good;
    spoil(c);
    EXPECT_EQ(check(c).code(), code) << what;
    EXPECT_EQ(scratch_bytes(c).status().code(), code) << what;
    Sized s(good);
    EXPECT_EQ(s.preprocessor.init(c, s.scratch.get(), s.scratch_size, s.out.get(), s.out_size).code(), code) << what;
    EXPECT_EQ(s.preprocessor.push_row(s.out.get()).code(), Code::kNotReady) << what;
    EXPECT_EQ(s.preprocessor.run(s.out.get(), 1 << 20).code(), Code::kNotReady) << what;
  };
  refused("no width", Code::kBadArgument, [](Config& c) { c.width = 0; });
  refused("a huge height", Code::kBadArgument, [](Config& c) { c.height = kMostSide + 1; });
  refused("a negative output", Code::kBadArgument, [](Config& c) { c.out_width = -1; });
  refused("a huge output", Code::kBadArgument, [](Config& c) { c.out_height = INT32_MAX; });
  refused("two channels", Code::kBadArgument, [](Config& c) { c.channels = 2; });
  refused("an unknown format", Code::kBadArgument, [](Config& c) { c.format = static_cast<Format>(kFormats); });
  refused("an unknown filter", Code::kBadArgument, [](Config& c) { c.filter = static_cast<Filter>(2); });
  refused("half a pair of YUYV", Code::kBadArgument, [](Config& c) { c.format = Format::kYuyv, c.width = 15; });
  refused("a crop to the left", Code::kBadArgument, [](Config& c) { c.crop.x = -1; });
  refused("a crop that ends outside", Code::kBadArgument, [](Config& c) { c.crop.x = 9, c.crop.width = 8; });
  refused("a crop of a negative size", Code::kBadArgument, [](Config& c) { c.crop.height = -3; });
  refused("a crop that overflows", Code::kBadArgument, [](Config& c) { c.crop.y = 1, c.crop.height = INT32_MAX; });
  refused("an inside that leaves the output", Code::kBadArgument, [](Config& c) { c.inside.x = 2, c.inside.width = 7; });
  refused("a scale of zero", Code::kBadArgument, [](Config& c) { c.scale = 0; });
  refused("a scale that is no number", Code::kBadArgument, [](Config& c) { c.scale = NAN; });
  refused("a zero point beyond the type", Code::kBadArgument, [](Config& c) { c.zero_point = 128; });
  refused("int16", Code::kUnsupportedType, [](Config& c) { c.type = Type::kInt16; });

  Sized s(good);
  Preprocessor& p = s.preprocessor;
  EXPECT_EQ(p.push_row(s.out.get()).code(), Code::kNotReady) << "before init()";
  EXPECT_EQ(p.init(good, nullptr, s.scratch_size, s.out.get(), s.out_size).code(), Code::kBadArgument);
  EXPECT_EQ(p.init(good, s.scratch.get(), s.scratch_size, nullptr, s.out_size).code(), Code::kBadArgument);
  EXPECT_EQ(p.init(good, s.scratch.get(), s.scratch_size - 1, s.out.get(), s.out_size).code(), Code::kBadArgument);
  EXPECT_EQ(p.init(good, s.scratch.get(), s.scratch_size, s.out.get(), s.out_size - 1).code(), Code::kBadArgument);
  EXPECT_EQ(p.init(good, s.scratch.get() + 1, s.scratch_size, s.out.get(), s.out_size).code(), Code::kBadArgument) << "misaligned";
  ASSERT_TRUE(s.init().ok());
  EXPECT_EQ(p.push_row(nullptr).code(), Code::kBadArgument);
  EXPECT_EQ(p.run(nullptr, 16).code(), Code::kBadArgument);
  EXPECT_EQ(p.run(s.out.get(), 15).code(), Code::kBadArgument) << "rows that overlap";
}

}  // namespace
}  // namespace midge::image
