// See wav.h.
#include "compiler/data/wav.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "compiler/data/decode_image.h"

namespace midge {
namespace {

constexpr uint32_t kPcm = 1, kFloat = 3, kExtensible = 0xfffe, kMostChannels = 8, kMostRate = 768000;

uint64_t little(const uint8_t* p, uint32_t n) {
  uint64_t v = 0;
  for (uint32_t i = n; i-- > 0;) v = v << 8 | p[i];
  return v;
}

int32_t clamped(int64_t v) { return static_cast<int32_t>(std::clamp<int64_t>(v, INT16_MIN, INT16_MAX)); }

/// One value as 16 bits.
int32_t value(const uint8_t* p, uint32_t bytes, bool real) {
  if (real) {
    const double v =
        bytes == 4 ? static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(little(p, 4)))) : std::bit_cast<double>(little(p, 8));
    if (std::isnan(v)) throw DecodeError("holds NaN");
    return clamped(static_cast<int64_t>(std::lround(std::clamp(v, -2.0, 2.0) * 32768)));
  }
  switch (bytes) {
    case 1: return (static_cast<int32_t>(p[0]) - 128) * 256;
    case 2: return static_cast<int16_t>(little(p, 2));
    case 3: return clamped((static_cast<int32_t>(little(p, 3) << 8) + int64_t{0x8000}) >> 16);
    default: return clamped((static_cast<int32_t>(little(p, 4)) + int64_t{0x8000}) >> 16);
  }
}

struct Format {
  uint32_t tag = 0, channels = 0, rate = 0, bits = 0;
};

Format format_of(std::span<const uint8_t> chunk) {
  if (chunk.size() < 16) throw DecodeError("is a damaged .wav file");
  Format f{static_cast<uint32_t>(little(&chunk[0], 2)), static_cast<uint32_t>(little(&chunk[2], 2)),
           static_cast<uint32_t>(little(&chunk[4], 4)), static_cast<uint32_t>(little(&chunk[14], 2))};
  if (f.tag == kExtensible && chunk.size() >= 26) f.tag = static_cast<uint32_t>(little(&chunk[24], 2));
  const bool pcm = f.tag == kPcm && (f.bits == 8 || f.bits == 16 || f.bits == 24 || f.bits == 32);
  const bool real = f.tag == kFloat && (f.bits == 32 || f.bits == 64);
  if (!pcm && !real) throw DecodeError(fmt::format("has sound of format {} with {} bits; save it as PCM with 16 bits", f.tag, f.bits));
  if (f.channels < 1 || f.channels > kMostChannels)
    throw DecodeError(fmt::format("has {} channels; 1 to {} are read", f.channels, kMostChannels));
  if (f.rate < 1 || f.rate > kMostRate) throw DecodeError(fmt::format("has {} samples a second", f.rate));
  return f;
}

}  // namespace

Sound decode_wav(std::span<const uint8_t> file) {
  if (file.size() < 12 || std::memcmp(file.data(), "RIFF", 4) != 0 || std::memcmp(file.data() + 8, "WAVE", 4) != 0) {
    throw DecodeError(file.empty() ? "is empty" : "is not a .wav file");
  }
  Format format;
  for (size_t at = 12; at + 8 <= file.size();) {
    const uint8_t* const id = file.data() + at;
    const uint64_t announced = little(id + 4, 4), there = file.size() - at - 8;
    const bool data = std::memcmp(id, "data", 4) == 0;
    if (std::memcmp(id, "fmt ", 4) == 0) {
      format = format_of(file.subspan(at + 8, static_cast<size_t>(std::min(announced, there))));
    } else if (data) {
      if (format.channels == 0) throw DecodeError("is a damaged .wav file: sound before its format");
      if (announced > there && announced != UINT32_MAX) throw DecodeError("is cut short");  // UINT32_MAX: written to a pipe, up to the end
      const uint32_t each = format.bits / 8, frame = each * format.channels;
      Sound out;
      out.sample_rate = static_cast<int32_t>(format.rate);
      out.samples.resize(static_cast<size_t>(std::min(announced, there)) / frame);
      if (out.samples.empty()) throw DecodeError("is a .wav file without sound");
      const int64_t n = format.channels;
      for (size_t i = 0; i < out.samples.size(); ++i) {
        int64_t sum = 0;
        for (uint32_t c = 0; c < format.channels; ++c) sum += value(id + 8 + i * frame + c * each, each, format.tag == kFloat);
        const int64_t twice = 2 * sum + n;
        out.samples[i] = static_cast<int16_t>(twice >= 0 ? twice / (2 * n) : -((-twice + 2 * n - 1) / (2 * n)));
      }
      return out;
    }
    at += 8 + static_cast<size_t>(std::min(announced + (announced & 1), there));
  }
  throw DecodeError("is a damaged .wav file: it has no sound");
}

}  // namespace midge
