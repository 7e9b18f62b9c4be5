// What calibration learns about the tensors of a float graph, in memory that does not grow with the samples.
#pragma once
#include <map>
#include <vector>

#include "compiler/execute/executor.h"
#include "compiler/quantize/histogram.h"
#include "compiler/quantize/plan.h"
#include "compiler/quantize/ranges.h"

namespace midge {

struct TensorStatistics {
  Histogram histogram;
  std::vector<float> channel_low, channel_high;  ///< of each index of the last dimension
  Range average;                                 ///< moving average of the samples' extremes, newest weighing a twentieth
  uint64_t samples = 0;

  void merge(const TensorStatistics& other);
};

class Statistics {
 public:
  /// Takes in the values of a float tensor. DiagnosticError (exit 2) if one is not finite; `numbers` says which samples these are.
  void add(const ir::Graph& graph, int32_t tensor, std::span<const float> values, size_t samples, std::span<const uint64_t> numbers = {});
  void merge(const Statistics& other);
  const TensorStatistics* find(int32_t tensor) const;
  std::map<int32_t, TensorStatistics>& tensors() { return tensors_; }

 private:
  std::map<int32_t, TensorStatistics> tensors_;
};

/// The tensors whose values decide a scale: graph inputs, and what is computed rather than moved.
std::vector<bool> measured_tensors(const ir::Graph& graph);

/// What a group's range is multiplied by, by the group's first tensor; 1 where there is none.
using RangeFactors = std::map<int32_t, double>;

/// Sets the scales of the plan's groups.
void choose_scales(const ir::Graph& graph, const Statistics& statistics, const RangeFactors& factors, Plan& plan);

}  // namespace midge
