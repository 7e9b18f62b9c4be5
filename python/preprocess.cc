// What Python needs of the declared preprocessing (compiler/data/preprocess.h). Arrays cross as bytes; midge/preprocess.py has the checks
// of types and shapes.
#include "compiler/data/preprocess.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "compiler/data/file_source.h"
#include "python/module.h"

namespace nb = nanobind;

namespace midge {
namespace {

Type type_of(const std::string& name) {
  for (const Type t : {Type::kFloat32, Type::kInt8, Type::kUint8, Type::kInt16}) {
    if (name == type_name(t)) return t;
  }
  throw std::invalid_argument("dtype must be float32, int8, uint8 or int16, not " + name);
}

/// What is declared for input `index`.
InputSteps steps_at(const std::string& text, const std::string& file, size_t index) {
  const Preprocessing p = parse_preprocessing(text, file);
  if (index >= p.inputs.size()) throw std::invalid_argument("nothing is declared for input " + std::to_string(index));
  return p.inputs[index];
}

InputTensor tensor_of(const InputSteps& steps, const std::vector<int>& dims, const std::string& dtype, float scale, int zero_point) {
  InputTensor t{steps.input.empty() ? "input" : steps.input, ir::Dims(dims.begin(), dims.end()), type_of(dtype), scale, zero_point};
  if (const std::string problem = misfit(steps, t); !problem.empty()) throw std::invalid_argument(problem);
  return t;
}

template <class F>
nb::bytes filled(const InputTensor& t, F fill) {
  std::vector<uint64_t> words(t.elements() * type_bytes(t.type) / 8 + 1);  // for their alignment
  const std::span<uint8_t> out(reinterpret_cast<uint8_t*>(words.data()), t.elements() * type_bytes(t.type));
  try {
    fill(out);
  } catch (const DecodeError& e) {
    throw std::invalid_argument(std::string("the sample ") + e.what());
  }
  return nb::bytes(out.data(), out.size());
}

nb::bytes image_bytes(const std::string& text, const std::string& file, size_t index, nb::bytes pixels, int width, int height, int channels,
                      const std::vector<int>& dims, const std::string& dtype, float scale, int zero_point) {
  const InputSteps steps = steps_at(text, file, index);
  const InputTensor t = tensor_of(steps, dims, dtype, scale, zero_point);
  Picture picture{width, height, channels, {}};
  const auto* data = reinterpret_cast<const uint8_t*>(pixels.c_str());
  picture.pixels.assign(data, data + pixels.size());
  if (picture.pixels.size() != static_cast<size_t>(width) * static_cast<size_t>(height) * static_cast<size_t>(channels)) {
    throw std::invalid_argument("the picture does not have the size of its shape");
  }
  return filled(t, [&](std::span<uint8_t> out) { apply_image(steps, t, picture, out); });
}

nb::bytes audio_bytes(const std::string& text, const std::string& file, size_t index, nb::bytes samples, const std::vector<int>& dims,
                      const std::string& dtype, float scale, int zero_point) {
  const InputSteps steps = steps_at(text, file, index);
  const InputTensor t = tensor_of(steps, dims, dtype, scale, zero_point);
  std::vector<int16_t> clip(samples.size() / 2);
  std::memcpy(clip.data(), samples.c_str(), 2 * clip.size());
  return filled(t, [&](std::span<uint8_t> out) { apply_audio(steps, t, clip, out); });
}

nb::bytes tensor_bytes(const std::string& text, const std::string& file, size_t index, nb::bytes floats, const std::vector<int>& dims) {
  const InputSteps steps = steps_at(text, file, index);
  const InputTensor t = tensor_of(steps, dims, "float32", 1, 0);
  if (floats.size() != 4 * t.elements()) throw std::invalid_argument("the array does not have the size of its shape");
  std::vector<float> values(t.elements());
  std::memcpy(values.data(), floats.c_str(), floats.size());
  apply_affine(steps.affine, dims.empty() ? 1 : static_cast<size_t>(dims.back()), values);
  return nb::bytes(values.data(), floats.size());
}

nb::dict read_raw(const std::string& path, int sample_rate) {
  nb::dict d;
  if (list_raw_files(path).sound) {
    const Sound s = read_sound(path, sample_rate);
    d["samples"] = nb::bytes(s.samples.data(), 2 * s.samples.size());
    d["sample_rate"] = s.sample_rate;
  } else {
    const Picture p = read_picture(path);
    d["pixels"] = nb::bytes(p.pixels.data(), p.pixels.size());
    d["width"] = p.width, d["height"] = p.height, d["channels"] = p.channels;
  }
  return d;
}

}  // namespace

void add_preprocess(nb::module_& module) {
  module.def("preprocess_format",
             [](const std::string& text, const std::string& file) { return format_preprocessing(parse_preprocessing(text, file)); });
  module.def("preprocess_image", image_bytes);
  module.def("preprocess_audio", audio_bytes);
  module.def("preprocess_tensor", tensor_bytes);
  module.def("preprocess_read", read_raw);
}

}  // namespace midge
