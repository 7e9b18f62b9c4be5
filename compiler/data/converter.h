// One sample of an array, whatever its type and layout, as the graph's input: through the declared preprocessing where there is one.
//
//   no declaration    values as they are, in the graph's layout
//   tensor            the same, then scale, mean, std
//   image             uint8 arrays (H,W), (H,W,1), (H,W,3) are pictures of any size; other types are what comes out of preprocessing
//   audio             int16 arrays of any length are clips; other types are what comes out of preprocessing
#pragma once
#include <optional>

#include "compiler/data/preprocess.h"
#include "compiler/data/sample_input.h"

namespace midge {

/// The input as preprocessing sees it: floats.
InputTensor float_tensor(const SampleInput& input);

/// A copy of what is declared for input `i`, checked to fit it; nothing where nothing is. DiagnosticError (exit 2).
std::optional<InputSteps> steps_for(const std::optional<Preprocessing>& p, size_t i, const SampleInput& input);

class SampleConverter {
 public:
  /// For samples in an array of this type and shape. `given` is what to call it in messages, "array 'x' is float32 (4,3)"; `batched`:
  /// the first axis counts samples. DiagnosticError (exit 2) where they do not fit.
  SampleConverter(const SampleInput& input, std::optional<InputSteps> steps, Type type, std::span<const uint64_t> shape,
                  const std::string& given, std::string file, bool batched = true);

  size_t raw_bytes() const { return elements_ * type_bytes(type_); }
  /// `raw`: the elements, little-endian. `out`: the input's bytes. DiagnosticError (exit 2) for values that the input cannot hold;
  /// `sample` is what to call this one.
  void convert(const uint8_t* raw, uint8_t* out, const std::string& sample);

 private:
  enum class Mode { kValues, kPicture, kClip };
  void convert_values(const uint8_t* raw, uint8_t* out, const std::string& sample);
  [[noreturn]] void refuse_value(const std::string& sample, double v) const;

  SampleInput input_;
  std::optional<InputSteps> steps_;
  Type type_;
  std::string file_;
  Mode mode_ = Mode::kValues;
  size_t elements_ = 0;
  Gather gather_;
  Picture picture_;
  std::vector<float> floats_;
};

}  // namespace midge
