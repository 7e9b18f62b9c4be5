// See preprocess.h: what is done. Reading and writing the declaration is preprocess_json.cc's.
#include "compiler/data/preprocess.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <fmt/ranges.h>

namespace midge {
namespace {

double of_channel(const std::vector<double>& v, size_t channel) { return v.size() == 1 ? v[0] : v[channel]; }

void require(Status status) {
  if (!status.ok()) throw DecodeError(fmt::format("cannot be prepared: {}", status_message(status.code())));
}

/// NHWC to NCHW, elements of `each` bytes.
void channels_to_front(std::span<uint8_t> data, const ImageAxes& a, size_t each) {
  const std::vector<uint8_t> from(data.begin(), data.end());
  const size_t pixels = static_cast<size_t>(a.width) * static_cast<size_t>(a.height), channels = static_cast<size_t>(a.channels);
  for (size_t i = 0; i < pixels; ++i) {
    for (size_t c = 0; c < channels; ++c) std::copy_n(&from[(i * channels + c) * each], each, &data[(c * pixels + i) * each]);
  }
}

/// Pixels as they are, where nothing is declared but the picture has the model's size.
std::string size_problem(const InputSteps& steps, const ImageAxes& a, const Picture& picture) {
  if (steps.image.declared || (picture.width == a.width && picture.height == a.height)) return "";
  return fmt::format("is {} x {} pixels, the model takes {} x {}: declare how to resize, in MODEL.preprocess.json", picture.width,
                     picture.height, a.width, a.height);
}

}  // namespace

float Affine::gain(size_t c) const { return static_cast<float>(of_channel(scale, c) / of_channel(std, c)); }
float Affine::offset(size_t c) const { return static_cast<float>(-of_channel(mean, c) / of_channel(std, c)); }

size_t Affine::channels() const {
  size_t n = 1;
  for (const std::vector<double>* v : {&scale, &mean, &std}) {
    if (v->size() == 1 || v->size() == n) continue;
    if (v->empty() || n != 1) return 0;
    n = v->size();
  }
  return n;
}

size_t InputTensor::elements() const {
  size_t n = 1;
  for (const int32_t d : dims) n *= static_cast<size_t>(std::max(d, 0));
  return n;
}

const InputSteps* Preprocessing::of(size_t i, const std::string& name) const {
  for (const InputSteps& s : inputs) {
    if (!s.input.empty() && s.input == name) return &s;
  }
  return i < inputs.size() && inputs[i].input.empty() ? &inputs[i] : nullptr;
}

std::optional<ImageAxes> image_axes(const ir::Dims& dims) {
  const auto colours = [](int32_t n) { return n == 1 || n == 3; };
  ImageAxes a;
  if (dims.size() == 4 && dims[0] == 1 && colours(dims[3])) {
    a = {dims[2], dims[1], dims[3], false};
  } else if (dims.size() == 4 && dims[0] == 1 && colours(dims[1])) {
    a = {dims[3], dims[2], dims[1], true};
  } else if (dims.size() == 3 && colours(dims[2])) {
    a = {dims[1], dims[0], dims[2], false};
  } else if (dims.size() == 3 && dims[0] == 1) {
    a = {dims[2], dims[1], 1, false};
  } else {
    return std::nullopt;
  }
  const auto side = [](int32_t n) { return n >= 1 && n <= image::kMostSide; };
  return side(a.width) && side(a.height) ? std::optional(a) : std::nullopt;
}

std::string misfit(const InputSteps& steps, const InputTensor& tensor) {
  const std::string takes = fmt::format("input '{}' is {}[{}]", tensor.name, type_name(tensor.type), fmt::join(tensor.dims, ","));
  const Type t = tensor.type;
  if (steps.kind == RawKind::kImage) {
    const std::optional<ImageAxes> a = image_axes(tensor.dims);
    if (!a) return takes + ", which no picture can be: [1, height, width, 1 or 3] is";
    if (t != Type::kFloat32 && t != Type::kInt8 && t != Type::kUint8) return takes + ": pictures can be made float32, int8 or uint8";
    const ImageSteps& s = steps.image;
    if (s.width != 0 && (s.width != a->width || s.height != a->height)) {
      return fmt::format("{}, but the size that is declared is {} x {}", takes, s.width, s.height);
    }
    if (s.colour != Colour::kFromModel && (s.colour == Colour::kGray) != (a->channels == 1)) {
      return fmt::format("{}, but the colour that is declared has {}", takes, s.colour == Colour::kGray ? "one channel" : "three channels");
    }
    const size_t n = steps.affine.channels();
    if (n != 1 && n != static_cast<size_t>(a->channels)) return fmt::format("{}, but numbers are declared for {} channels", takes, n);
    return "";
  }
  if (steps.kind == RawKind::kAudio) {
    if (t != Type::kFloat32 && t != Type::kInt8 && t != Type::kUint8 && t != Type::kInt16) {
      return takes + ": sound can be made float32, int8, uint8 or int16";
    }
    const size_t size = static_cast<size_t>(audio::frame_size(steps.audio));
    if (tensor.elements() == 0 || tensor.elements() % size != 0)
      return fmt::format("{}, but frames of {} elements are declared", takes, size);
    if (!audio::check(audio_config(steps, tensor)).ok())
      return takes + ", and the declared features cannot be made: a bound, a window or a channel is out of range";
    return "";
  }
  const size_t n = steps.affine.channels();
  if (n != 1 && (tensor.dims.empty() || n != static_cast<size_t>(tensor.dims.back()))) {
    return fmt::format("{}, but numbers are declared for {} channels of the last axis", takes, n);
  }
  return "";
}

image::Config image_config(const InputSteps& steps, const InputTensor& tensor) {
  const ImageAxes a = image_axes(tensor.dims).value_or(ImageAxes());
  image::Config c;
  c.out_width = a.width, c.out_height = a.height, c.channels = a.channels;
  c.bgr = steps.image.colour == Colour::kBgr;
  c.filter = steps.image.filter;
  c.border = static_cast<uint8_t>(steps.image.border);
  c.type = tensor.type, c.scale = tensor.scale, c.zero_point = tensor.zero_point;
  for (size_t i = 0; i < static_cast<size_t>(a.channels); ++i) c.gain[i] = steps.affine.gain(i), c.offset[i] = steps.affine.offset(i);
  return c;
}

void apply_image(const InputSteps& steps, const InputTensor& tensor, const Picture& picture, std::span<uint8_t> out) {
  const ImageAxes a = image_axes(tensor.dims).value_or(ImageAxes());
  if (const std::string problem = size_problem(steps, a, picture); !problem.empty()) throw DecodeError(problem);
  const image::Format format = picture.channels == 1 ? image::Format::kGray : image::Format::kRgb888;
  image::Config config = image_config(steps, tensor);
  image::set_source(&config, format, picture.width, picture.height, steps.image.resize);
  const Result<uint32_t> bytes = image::scratch_bytes(config);
  require(bytes.status());
  std::vector<uint32_t> scratch(bytes.value() / 4 + 1);
  image::Preprocessor p;
  require(p.init(config, scratch.data(), bytes.value(), out.data(), static_cast<uint32_t>(out.size())));
  require(p.run(picture.pixels.data(), static_cast<uint32_t>(picture.width * picture.channels)));
  if (a.channels_first && a.channels > 1) channels_to_front(out, a, type_bytes(tensor.type));
}

audio::Config audio_config(const InputSteps& steps, const InputTensor& tensor) {
  audio::Config c = steps.audio;
  c.frames = static_cast<int32_t>(tensor.elements() / static_cast<size_t>(audio::frame_size(c)));
  c.type = tensor.type, c.scale = tensor.scale, c.zero_point = tensor.zero_point;
  c.gain = steps.affine.gain(0), c.offset = steps.affine.offset(0);
  return c;
}

void apply_audio(const InputSteps& steps, const InputTensor& tensor, std::span<const int16_t> samples, std::span<uint8_t> out) {
  const audio::Config config = audio_config(steps, tensor);
  const Result<uint32_t> bytes = audio::memory_bytes(config);
  require(bytes.status());
  std::vector<uint64_t> memory(bytes.value() / 8 + 1);
  audio::Features f;
  require(f.init(config, memory.data(), bytes.value(), out.data(), static_cast<uint32_t>(out.size())));
  const int32_t most = static_cast<int32_t>(std::min<size_t>(samples.size(), INT32_MAX));
  if (most != 0) require(f.push(samples.data(), most).status());
  require(f.finish());
}

void apply_affine(const Affine& affine, size_t channels, std::span<float> values) {
  if (affine.channels() == 1) channels = 1;
  std::vector<float> gain, offset;
  for (size_t c = 0; c < channels; ++c) gain.push_back(affine.gain(c)), offset.push_back(affine.offset(c));
  if (channels == 1) {
    for (float& v : values) v = v * gain[0] + offset[0];
    return;
  }
  for (size_t i = 0; i < values.size(); ++i) values[i] = values[i] * gain[i % channels] + offset[i % channels];
}

}  // namespace midge
