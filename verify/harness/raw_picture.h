// From a picture on the wire to an input tensor, row by row, as firmware does with a camera's. Part of the firmware under test.
#pragma once
#include "image/preprocessor.h"
#include "verify/harness/firmware.h"

namespace midge {

/// `config` says everything but the picture's size. `row` takes the widest row, `scratch` what it needs. False where the payload is not a
/// picture, or one that does not fit.
inline bool prepare_picture(Payload& payload, image::Config config, image::Resize resize, void* scratch, uint32_t scratch_bytes,
                            uint8_t* row, uint32_t row_bytes, TensorView input) {
  wire::RawPicture p;
  if (!payload.read(&p, sizeof p) || (p.channels != 1 && p.channels != 3) || p.width > row_bytes / p.channels || p.height > INT16_MAX)
    return false;
  image::set_source(&config, p.channels == 1 ? image::Format::kGray : image::Format::kRgb888, static_cast<int32_t>(p.width),
                    static_cast<int32_t>(p.height), resize);
  image::Preprocessor preprocessor;
  if (!preprocessor.init(config, scratch, scratch_bytes, input.data, input.bytes).ok()) return false;
  for (uint32_t y = 0; y < p.height; ++y) {
    if (!payload.read(row, p.width * p.channels) || !preprocessor.push_row(row).ok()) return false;
  }
  return preprocessor.done();
}

}  // namespace midge
