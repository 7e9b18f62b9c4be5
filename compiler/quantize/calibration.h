// The one pass over the calibration samples: statistics of every tensor, and some of the samples kept. Of every five samples the last
// is held out: its statistics are apart, so that recipes can be judged on samples that they have not seen.
#pragma once
#include <functional>

#include "compiler/data/samples.h"
#include "compiler/quantize/sample_store.h"
#include "compiler/quantize/statistics.h"

namespace midge {

struct Calibration {
  explicit Calibration(const ir::Graph& graph);

  Statistics fit, held_statistics;
  SampleStore fit_samples, held;
  uint64_t samples = 0;
};

/// Below this many samples none is held out.
constexpr uint64_t kFewSamples = 20;

using Progress = std::function<void(const std::string& stage, uint64_t done, uint64_t of)>;

/// DiagnosticError (exit 2): no samples, numbers that are not finite, an input that never changes, samples of another size.
Calibration calibrate(const ir::Graph& graph, SampleSource& source, unsigned threads, const Progress& progress);

}  // namespace midge
