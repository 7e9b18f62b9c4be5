// Accuracy, top-5 and the confusion matrix of a model whose output has a value a class, against labels.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/ir/graph.h"

namespace midge {

struct Classification {
  size_t classes = 0;
  uint64_t samples = 0, correct = 0, correct_top5 = 0;
  /// [label][predicted], classes * classes; empty where there are more than kMostClasses classes.
  std::vector<uint64_t> confusion;

  static constexpr size_t kMostClasses = 1000;
  double accuracy() const { return samples == 0 ? 0 : static_cast<double>(correct) / static_cast<double>(samples); }
  double top5() const { return samples == 0 ? 0 : static_cast<double>(correct_top5) / static_cast<double>(samples); }
};

/// How to read a class from an output.
struct ClassOutput {
  enum class Kind : uint8_t { kLargest, kThreshold, kIndex } kind = Kind::kLargest;
  size_t values = 0;    ///< a sample
  size_t classes = 0;   ///< 0: not known (kIndex)
  float threshold = 0;  ///< of kThreshold: class 1 above it

  /// One value a class: the largest, the first among equals. A single value: above 0.5 behind a LOGISTIC, above 0 otherwise. A
  /// single integer that is not quantised: it is the class.
  static ClassOutput of(const ir::Graph& graph, size_t output);
  int64_t predict(std::span<const float> sample) const;
};

/// Adds samples. DiagnosticError (exit 2) for a label that is no class, with its place; `data` stands in the message.
void accumulate(Classification& c, const ClassOutput& how, std::span<const float> outputs, std::span<const int64_t> labels, const std::string& data);

}  // namespace midge
