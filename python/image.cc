// What Python needs of image/. Arrays cross as bytes, words as the names of midge/image.py; checks that the C++ code makes are not
// made twice.
#include "image/preprocessor.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>

#include <array>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "python/module.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace midge::image {
namespace {

constexpr const char* kFormatNames[] = {"gray", "rgb888", "bgr888", "rgb565_be", "rgb565_le", "yuyv"};
static_assert(sizeof kFormatNames / sizeof *kFormatNames == kFormats);

Format format_of(const std::string& name) {
  for (int32_t i = 0; i < kFormats; ++i) {
    if (name == kFormatNames[i]) return static_cast<Format>(i);
  }
  throw std::invalid_argument("unknown pixel format '" + name + "'");
}

void require(Status status, const char* what) {
  if (!status.ok()) throw std::invalid_argument(std::string(what) + ": " + status_message(status.code()));
}

using Crop4 = std::tuple<int, int, int, int>;
using Channels = std::array<float, kMostChannels>;

/// The bytes of a row. Throws unless the frame has `height` of them.
size_t stride_of(const nb::bytes& frame, Format f, int width, int height) {
  const size_t stride = static_cast<size_t>(width) * static_cast<size_t>(pixel_bytes(f));
  if (frame.size() != stride * static_cast<size_t>(height)) throw std::invalid_argument("the frame does not have the size of its shape");
  if (f == Format::kYuyv && width % 2 != 0) throw std::invalid_argument("a row of yuyv has an even number of pixels");
  return stride;
}

nb::bytes convert(nb::bytes frame, const std::string& format, int width, int height, int channels) {
  const Format f = format_of(format);
  const size_t stride = stride_of(frame, f, width, height), out_stride = static_cast<size_t>(width) * static_cast<size_t>(channels);
  std::vector<uint8_t> out(out_stride * static_cast<size_t>(height));
  const auto* row = reinterpret_cast<const uint8_t*>(frame.c_str());
  for (size_t y = 0; y < static_cast<size_t>(height); ++y)
    convert_row(f, row + y * stride, 0, width, channels, out.data() + y * out_stride);
  return nb::bytes(out.data(), out.size());
}

nb::bytes preprocess(nb::bytes frame, const std::string& format, int width, int height, Crop4 crop, int out_width, int out_height,
                     int channels, bool nearest, const std::string& type, Channels gain, Channels offset, float scale, int zero_point) {
  Config c;
  c.format = format_of(format);
  c.width = width, c.height = height;
  std::tie(c.crop.x, c.crop.y, c.crop.width, c.crop.height) = crop;
  c.out_width = out_width, c.out_height = out_height, c.channels = channels;
  c.filter = nearest ? Filter::kNearest : Filter::kBilinear;
  c.type = type == "float32" ? Type::kFloat32 : (type == "uint8" ? Type::kUint8 : Type::kInt8);
  for (size_t i = 0; i < gain.size(); ++i) c.gain[i] = gain[i], c.offset[i] = offset[i];
  c.scale = scale, c.zero_point = zero_point;
  const Result<uint32_t> scratch_size = scratch_bytes(c);
  require(scratch_size.status(), "preprocess");
  const size_t stride = stride_of(frame, c.format, width, height);
  std::vector<uint32_t> scratch(scratch_size.value() / 4 + 1);  // words, for their alignment
  const size_t elements = static_cast<size_t>(out_width) * static_cast<size_t>(out_height) * static_cast<size_t>(channels);
  std::vector<float> out(c.type == Type::kFloat32 ? elements : elements / 4 + 1);
  Preprocessor p;
  require(p.init(c, scratch.data(), static_cast<uint32_t>(4 * scratch.size()), out.data(), static_cast<uint32_t>(4 * out.size())),
          "preprocess");
  require(p.run(reinterpret_cast<const uint8_t*>(frame.c_str()), static_cast<uint32_t>(stride)), "preprocess");
  return nb::bytes(out.data(), c.type == Type::kFloat32 ? 4 * elements : elements);
}

}  // namespace
}  // namespace midge::image

namespace midge {

void add_image(nb::module_& module) {
  module.def("image_convert", image::convert);
  module.def("image_preprocess", image::preprocess);
  module.def("image_center_crop", [](int width, int height, int out_width, int out_height) {
    const image::Crop c = image::center_crop(width, height, out_width, out_height);
    return image::Crop4{c.x, c.y, c.width, c.height};
  });
}

}  // namespace midge
