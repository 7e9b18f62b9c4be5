// The converter on one page: import, optimise, quantise, optimise again, prove that it runs, measure.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/import/import.h"
#include "compiler/measure/evaluate.h"
#include "compiler/quantize/quantize.h"

namespace midge {

struct ConvertOptions {
  ImportOptions import;
  bool keep_layout = false;   ///< graph inputs and outputs keep a channels-first layout
  bool optimize = true;
  QuantizeOptions quantize;   ///< of its recipe, recipe.all.scheme says what is made
  std::string calibration;    ///< where the samples are (data/samples.h); empty: none
  std::string evaluation;     ///< samples to measure on, all of them; empty: a few of the calibration's
  std::string labels;         ///< of the evaluation's samples, as measure/labels.h reads them; empty: those that come with the samples
};

/// What one stage did, for the report.
struct Stage {
  std::string name, result;
  double seconds = 0;
};

struct Converted {
  ir::Bytes file;              ///< the .tflite
  ir::Module module;           ///< what it holds
  ir::Module reference;        ///< the float network that was quantised; without graphs where nothing was quantised
  std::vector<Stage> stages;
  std::vector<Trial> trials;
  std::string reason;          ///< why that recipe
  std::optional<Evaluation> evaluation;  ///< of what was quantised, before and after
  std::vector<Diagnostic> warnings;
  uint64_t samples = 0;        ///< of the calibration
  std::string samples_sha256;
};

/// The same source, samples and options give the same bytes.
/// DiagnosticError: exit 1 for the model, 2 for the data and the options.
Converted convert(const std::string& source, const ConvertOptions& options);

/// Multiply-accumulates, operators and bytes of constants, as stages report them.
struct GraphSize {
  uint64_t macs = 0, constant_bytes = 0;
  size_t operators = 0;
};
GraphSize size_of(const ir::Module& module);

}  // namespace midge
