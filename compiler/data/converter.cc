// See converter.h.
#include "compiler/data/converter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/data/element.h"
#include "compiler/data/problem.h"

namespace midge {
namespace {

/// A double that is an integer of T.
template <class T>
bool holds(double v) {
  constexpr double kAbove = 2.0 * static_cast<double>(uint64_t{1} << (std::numeric_limits<T>::digits - 1));  // the first that is too large
  return v == std::floor(v) && v >= static_cast<double>(std::numeric_limits<T>::min()) && v < kAbove;
}

/// (H,W), (H,W,1) or (H,W,3), whatever ones are before it.
bool picture_of(std::span<const uint64_t> dims, Picture* out) {
  while (dims.size() > 2 && dims[0] == 1 && !(dims.size() == 3 && (dims[2] == 1 || dims[2] == 3))) dims = dims.subspan(1);
  if (dims.size() != 2 && !(dims.size() == 3 && (dims[2] == 1 || dims[2] == 3))) return false;
  if (dims[0] < 1 || dims[1] < 1 || dims[0] > image::kMostSide || dims[1] > image::kMostSide) return false;
  out->height = static_cast<int32_t>(dims[0]), out->width = static_cast<int32_t>(dims[1]);
  out->channels = dims.size() == 3 ? static_cast<int32_t>(dims[2]) : 1;
  return true;
}

}  // namespace

InputTensor float_tensor(const SampleInput& input) { return {input.name, input.dims, Type::kFloat32, 1, 0}; }

std::optional<InputSteps> steps_for(const std::optional<Preprocessing>& p, size_t i, const SampleInput& input) {
  const InputSteps* steps = p ? p->of(i, input.name) : nullptr;
  if (steps == nullptr) return std::nullopt;
  InputTensor tensor = float_tensor(input);
  if (input.type != Type::kFloat32) tensor.type = input.type;
  std::string problem = misfit(*steps, tensor);
  if (problem.empty() && tensor.type != Type::kFloat32)
    problem = fmt::format("input '{}' takes integers, nothing can be declared for it", input.name);
  if (!problem.empty())
    data_problem("preprocess-misfit", "", "preprocessing: " + problem, "change the declaration; docs/preprocessing.md has the schema");
  return *steps;
}

SampleConverter::SampleConverter(const SampleInput& input, std::optional<InputSteps> steps, Type type, std::span<const uint64_t> shape,
                                 const std::string& given, std::string file, bool batched)
    : input_(input), steps_(std::move(steps)), type_(type), file_(std::move(file)) {
  const std::span<const uint64_t> dims = batched ? shape.subspan(1) : shape;
  elements_ = 1;
  for (const uint64_t d : dims) elements_ *= static_cast<size_t>(d);
  const bool raw_picture = steps_ && steps_->kind == RawKind::kImage && type == Type::kUint8;
  const bool raw_clip = steps_ && steps_->kind == RawKind::kAudio && type == Type::kInt16;
  if (raw_picture) {
    mode_ = Mode::kPicture;
    if (!picture_of(dims, &picture_)) {
      data_problem("sample-shape", file_, given,
                   fmt::format("pictures for input '{}' are uint8 ({}height,width,3)", input.name, batched ? "N," : ""));
    }
    return;
  }
  if (raw_clip) {
    mode_ = Mode::kClip;
    if (elements_ != 0 && std::count_if(dims.begin(), dims.end(), [](uint64_t d) { return d != 1; }) <= 1) return;
    data_problem("sample-shape", file_, given, fmt::format("sound for input '{}' is int16 ({}samples)", input.name, batched ? "N," : ""));
  }
  const std::optional<Gather> fit = fit_sample(input, dims);
  if (!fit) {
    const std::string need = fmt::format("input '{}' takes {}{}", input.name, fitting_shapes(input), batched ? ", samples first" : "");
    const bool bare = batched && fit_sample(input, shape).has_value();  // one sample, whose first dimension was taken for the samples
    data_problem("sample-shape", file_, given, bare ? need + ": save array[None] for one sample" : need);
  }
  gather_ = *fit;
}

void SampleConverter::convert(const uint8_t* raw, uint8_t* out, const std::string& sample) {
  if (mode_ == Mode::kValues) return convert_values(raw, out, sample);
  try {
    if (mode_ == Mode::kPicture) {
      picture_.pixels.assign(raw, raw + elements_);
      apply_image(*steps_, float_tensor(input_), picture_, {out, input_.bytes()});
    } else {
      std::vector<int16_t> samples(elements_);
      std::memcpy(samples.data(), raw, raw_bytes());
      apply_audio(*steps_, float_tensor(input_), samples, {out, input_.bytes()});
    }
  } catch (const DecodeError& e) {
    data_problem("sample-unreadable", file_, fmt::format("{} {}", sample, e.what()));
  }
}

void SampleConverter::convert_values(const uint8_t* raw, uint8_t* out, const std::string& sample) {
  if (input_.type != Type::kFloat32) {
    for (size_t i = 0; i < input_.elements; ++i) {
      const double v = element(type_, raw, gather_.from.empty() ? i : gather_.from[i]);
      with_element(input_.type, [&](auto zero) {
        using T = decltype(zero);
        if (!holds<T>(v) || (input_.type == Type::kBool && v > 1)) refuse_value(sample, v);
        const T stored = static_cast<T>(v);
        std::memcpy(out + i * sizeof stored, &stored, sizeof stored);
      });
    }
    return;
  }
  float* const to = reinterpret_cast<float*>(out);
  if (gather_.from.empty()) {
    to_floats(type_, raw, input_.elements, to);
  } else {
    floats_.resize(input_.elements);
    to_floats(type_, raw, input_.elements, floats_.data());
    for (size_t i = 0; i < input_.elements; ++i) to[i] = floats_[gather_.from[i]];
  }
  if (steps_ && steps_->kind == RawKind::kTensor) {
    apply_affine(steps_->affine, input_.dims.empty() ? 1 : static_cast<size_t>(input_.dims.back()), {to, input_.elements});
  }
}

void SampleConverter::refuse_value(const std::string& sample, double v) const {
  data_problem("sample-value", file_,
               fmt::format("{} has the value {}, which input '{}' of type {} cannot hold", sample, v, input_.name, type_name(input_.type)),
               "give the values that the model takes");
}

}  // namespace midge
