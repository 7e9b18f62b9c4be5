// Features: the same whatever the pieces that samples come in; sliding; memory of exactly the size that is asked for; tables against those
// of TFLM's front end, whose constants are facts of its models; what is refused. python/tests/test_preprocess.py has whole clips.
#include "audio/features.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "audio/mel.h"

namespace midge::audio {
namespace {

constexpr uint32_t kSeed = 17;

/// Memory of exactly the sizes that are needed, so that a sanitizer sees what leaves them.
struct Sized {
  explicit Sized(const Config& c) : config(c) {
    const Result<uint32_t> bytes = memory_bytes(c);
    EXPECT_TRUE(bytes.ok());
    memory_size = bytes.value();
    out_size = static_cast<uint32_t>(c.frames) * static_cast<uint32_t>(frame_size(c)) * type_bytes(c.type);
    memory = std::make_unique<uint8_t[]>(memory_size);
    out = std::make_unique<uint8_t[]>(out_size);
    EXPECT_TRUE(features.init(c, memory.get(), memory_size, out.get(), out_size).ok());
  }
  std::vector<uint8_t> bytes() const { return {out.get(), out.get() + out_size}; }

  Config config;
  Features features;
  uint32_t memory_size = 0, out_size = 0;
  std::unique_ptr<uint8_t[]> memory, out;
};

std::vector<int16_t> noise(size_t n, int amplitude) {
  std::mt19937 random(kSeed);
  std::vector<int16_t> out(n);
  for (int16_t& v : out) v = static_cast<int16_t>(static_cast<int>(random() % static_cast<uint32_t>(2 * amplitude)) - amplitude);
  return out;
}

Config config_of(Kind kind, Type type = Type::kFloat32) {
  Config c;
  c.kind = kind, c.type = type, c.frames = 9;
  c.scale = 0.25f, c.zero_point = type == Type::kUint8 ? 128 : 0;
  if (kind == Kind::kWaveform) c.frames = 700;
  return c;
}

constexpr Kind kKinds[] = {Kind::kWaveform, Kind::kMicroSpeech, Kind::kLogMel, Kind::kMfcc};

TEST(AudioFeatures, PiecesDoNotMatter) {
  const std::vector<int16_t> clip = noise(6000, 9000);
  std::mt19937 random(kSeed);
  for (const Kind kind : kKinds) {
    for (const Type type : {Type::kFloat32, Type::kInt8, Type::kUint8, Type::kInt16}) {
      for (const int32_t hop : {320, 480, 700}) {  // overlapping, one after the other, with gaps
        Config c = config_of(kind, type);
        c.hop = hop;
        Sized whole(c), pieces(c);
        const Result<int32_t> taken = whole.features.push(clip.data(), 6000);
        ASSERT_TRUE(taken.ok());
        EXPECT_EQ(taken.value(), kind == Kind::kWaveform ? 700 : std::min(6000, 8 * hop + 480));
        for (int round = 0; round < 2; ++round) {  // begin() forgets everything
          pieces.features.begin();
          for (int32_t at = 0; at < 6000 && !pieces.features.done();) {
            const int32_t n = std::min<int32_t>(1 + static_cast<int32_t>(random() % 900), 6000 - at);
            ASSERT_TRUE(pieces.features.push(clip.data() + at, n).ok());
            at += n;
          }
          ASSERT_TRUE(whole.features.finish().ok() && pieces.features.finish().ok());
          EXPECT_EQ(pieces.bytes(), whole.bytes()) << static_cast<int>(kind) << " " << type_name(type) << " " << hop;
        }
      }
    }
  }
}

TEST(AudioFeatures, SlidingGoesOnWhereItWas) {
  const std::vector<int16_t> clip = noise(20000, 3000);
  for (const Kind kind : kKinds) {
    Config c = config_of(kind);
    Sized sliding(c);
    c.frames *= 3;
    Sized whole(c);
    ASSERT_TRUE(whole.features.push(clip.data(), 20000).ok());
    const uint32_t each = sliding.out_size / static_cast<uint32_t>(sliding.config.frames);
    int32_t at = 0, first = 0;
    for (const int32_t step : {0, 4, sliding.config.frames, 1, 2}) {
      sliding.features.slide(step);
      first += step;
      while (!sliding.features.done()) {
        const Result<int32_t> taken = sliding.features.push(clip.data() + at, 100);
        ASSERT_TRUE(taken.ok());
        at += taken.value();
      }
      EXPECT_EQ(std::memcmp(sliding.out.get(), whole.out.get() + static_cast<uint32_t>(first) * each, sliding.out_size), 0) << step;
    }
  }
}

TEST(AudioFeatures, SilenceAndTheLoudestSound) {
  for (const Kind kind : kKinds) {
    Sized s(config_of(kind));
    ASSERT_TRUE(s.features.finish().ok());
    for (const int amplitude : {1, 32767}) {
      std::vector<int16_t> square(8000);
      for (size_t i = 0; i < square.size(); ++i) square[i] = static_cast<int16_t>(i / 7 % 2 == 0 ? amplitude : -amplitude - 1);
      s.features.begin();
      ASSERT_TRUE(s.features.push(square.data(), 8000).ok());
      std::vector<float> values(s.out_size / 4);
      std::memcpy(values.data(), s.out.get(), s.out_size);
      for (const float v : values) ASSERT_TRUE(std::isfinite(v));
    }
  }
}

TEST(AudioFeatures, TablesOfTflm) {
  const Bank bank{16000, 512, 40, 125, 7500};
  const int32_t n = fill_integer_bank(bank, nullptr, nullptr, nullptr, nullptr, nullptr);
  ASSERT_EQ(n, 316);
  std::vector<int16_t> weights(316), unweights(316), frequencies(41), starts(41), widths(41);
  EXPECT_EQ(fill_integer_bank(bank, weights.data(), unweights.data(), frequencies.data(), starts.data(), widths.data()), n);
  const std::vector<int16_t> first_weights = {0, 1377, 0, 0, 2851, 321, 0, 0, 1971, 0},
                             first_unweights = {0, 2718, 0, 0, 1244, 3774, 0, 0, 2124, 0};
  EXPECT_EQ(std::vector<int16_t>(weights.begin(), weights.begin() + 10), first_weights);
  EXPECT_EQ(std::vector<int16_t>(unweights.begin(), unweights.begin() + 10), first_unweights);
  EXPECT_EQ(frequencies[40], 226);
  EXPECT_EQ(starts[40], 300);
  EXPECT_EQ(widths[40], 16);
  EXPECT_EQ(widths[16], 8);
}

TEST(AudioFeatures, RefusesWhatItCannotDo) {
  const auto refused = [](const char* what, Code code, Kind kind, auto spoil) {
    Config c = config_of(kind, Type::kInt8);
    EXPECT_TRUE(check(c).ok());
    spoil(c);
    EXPECT_EQ(check(c).code(), code) << what;
    EXPECT_EQ(memory_bytes(c).status().code(), code) << what;
  };
  const auto bad = Code::kBadArgument;
  refused("no frames", bad, Kind::kWaveform, [](Config& c) { c.frames = 0; });
  refused("no hop", bad, Kind::kMicroSpeech, [](Config& c) { c.hop = 0; });
  refused("a huge window", bad, Kind::kLogMel, [](Config& c) { c.window = kMostWindow + 1; });
  refused("bounds the wrong way", bad, Kind::kLogMel, [](Config& c) { c.lower_hz = 8000, c.upper_hz = 100; });
  refused("above half the rate", bad, Kind::kLogMel, [](Config& c) { c.upper_hz = 8001; });
  refused("a bound that is no number", bad, Kind::kLogMel, [](Config& c) { c.upper_hz = NAN; });
  refused("channels without a frequency", bad, Kind::kMicroSpeech, [](Config& c) { c.channels = 200; });
  refused("more coefficients than channels", bad, Kind::kMfcc, [](Config& c) { c.coefficients = 41; });
  refused("a scale of zero", bad, Kind::kMfcc, [](Config& c) { c.scale = 0; });
  refused("an infinite gain", bad, Kind::kMfcc, [](Config& c) { c.gain = INFINITY; });
  refused("a zero point beyond the type", bad, Kind::kMfcc, [](Config& c) { c.zero_point = 128; });
  refused("int32", Code::kUnsupportedType, Kind::kMfcc, [](Config& c) { c.type = Type::kInt32; });

  Sized s(config_of(Kind::kMicroSpeech));
  Features f;
  const int16_t sample = 0;
  EXPECT_EQ(f.push(&sample, 1).status().code(), Code::kNotReady);
  EXPECT_EQ(f.init(s.config, nullptr, s.memory_size, s.out.get(), s.out_size).code(), bad);
  EXPECT_EQ(f.init(s.config, s.memory.get(), s.memory_size - 1, s.out.get(), s.out_size).code(), bad);
  EXPECT_EQ(f.init(s.config, s.memory.get(), s.memory_size, s.out.get(), s.out_size - 1).code(), bad);
  EXPECT_EQ(f.init(s.config, s.memory.get(), s.memory_size, s.out.get() + 1, s.out_size).code(), bad) << "misaligned";
  EXPECT_EQ(s.features.push(nullptr, 1).status().code(), bad);
  EXPECT_EQ(s.features.push(&sample, -1).status().code(), bad);
}

}  // namespace
}  // namespace midge::audio
