// Sound from .wav files: PCM of 8, 16, 24 and 32 bits and floats of 32 and 64, any number of channels up to 8, as what a microphone on a
// device gives: 16 bits, one channel.
//
//   8 bits: (v - 128) * 256    24, 32 bits: the upper 16, rounded to nearest, ties up    floats: round(v * 32768), clamped
//   channels: their mean, rounded to nearest, ties up
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace midge {

struct Sound {
  int32_t sample_rate = 0;
  std::vector<int16_t> samples;
};

/// DecodeError (decode_image.h) for a file that is damaged, cut short or of another format.
Sound decode_wav(std::span<const uint8_t> file);

}  // namespace midge
