// From sound on the wire to an input tensor, some samples at a time, as firmware does with a microphone's. Part of the firmware under test.
#pragma once
#include "audio/features.h"
#include "verify/harness/firmware.h"

namespace midge {

/// False where the payload is not sound, or the configuration needs more memory.
inline bool prepare_sound(Payload& payload, const audio::Config& config, void* memory, uint32_t memory_bytes, TensorView input) {
  constexpr uint32_t kAtOnce = 128;
  wire::RawSound s;
  audio::Features features;
  if (!payload.read(&s, sizeof s) || !features.init(config, memory, memory_bytes, input.data, input.bytes).ok()) return false;
  while (s.samples > 0) {
    int16_t samples[kAtOnce];
    const uint32_t n = min(s.samples, kAtOnce);
    if (!payload.read(samples, n * sizeof *samples) || !features.push(samples, static_cast<int32_t>(n)).ok()) return false;
    s.samples -= n;
  }
  return features.finish().ok();
}

}  // namespace midge
