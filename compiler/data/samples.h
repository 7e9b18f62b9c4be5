// Where the samples of a calibration or an evaluation come from: read front to back in batches, so that memory does not grow with
// their number.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/execute/executor.h"
#include "compiler/ir/graph.h"

namespace midge {

class SampleSource {
 public:
  virtual ~SampleSource() = default;
  /// How many there are in all; nothing where that is not known before the end.
  virtual std::optional<uint64_t> count() const = 0;
  /// Reads up to `most` more samples: an entry for each graph input, float32 (or the input's integer type where the float model takes
  /// integers). Returns how many; 0 at the end. DiagnosticError (exit 2) for data that do not fit: shape, NaN, type.
  virtual size_t read(size_t most, std::vector<Activation32>& inputs) = 0;
  /// Labels of the samples that the last read() gave; empty where there are none.
  virtual std::vector<int64_t> labels() const { return {}; }
  /// The labels' names, by label; empty where they have none. Of a folder: its sub-folders' names.
  virtual std::vector<std::string> classes() const { return {}; }
  /// Back to the first sample.
  virtual void rewind() = 0;
  /// What to call it in messages and reports: a path.
  virtual std::string name() const = 0;
  /// SHA-256 over the samples as the model gets them, in hex. Known once the source has been read to its end.
  virtual std::string sha256() const = 0;
};

/// FILE.npz[:ARRAY], FILE.npy, or a folder of images or .wav files, or one of these. The first axis of an array counts the samples.
/// Sample dimensions may be the graph's, with or without dimensions of size 1, or the source model's layout, which Module::io maps to
/// the graph's. Raw data go through the preprocessing that the module's metadata declare (preprocess.h: find_preprocessing() puts it
/// there). Inputs that are quantised get floats: real values, which whoever runs the model quantises.
std::unique_ptr<SampleSource> open_samples(const std::string& where, const ir::Module& module);

}  // namespace midge
