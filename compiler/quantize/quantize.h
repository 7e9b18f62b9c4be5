// From a float module and samples to an integer one, with what was chosen and why.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "compiler/data/samples.h"
#include "compiler/ir/graph.h"
#include "compiler/quantize/recipe.h"
#include "report/diagnostic.h"

namespace midge {

/// A recipe that was tried.
struct Trial {
  std::string name;
  double logit_sqnr_db = 0;   ///< of the layer before the softmax (or the output), on held-out samples, on the integer kernels
  double output_sqnr_db = 0;
  double seconds = 0;
  bool chosen = false;
};

struct Quantized {
  ir::Module module;
  std::vector<Trial> trials;
  std::string reason;  ///< why the chosen one, one sentence
  Recipe recipe;       ///< what was carried out
  uint64_t samples = 0;  ///< how many were read
  std::vector<Diagnostic> warnings;
};

struct QuantizeOptions {
  Recipe recipe;                    ///< "auto" tries several
  Type input_type = Type::kInt8;    ///< int8, uint8 or float32
  Type output_type = Type::kInt8;
  bool recover = false;             ///< fine-tunes rounding and scales against the float model, layer by layer
  unsigned threads = 0;
  std::function<void(const std::string& stage, uint64_t done, uint64_t of)> progress;
};

/// The module must have been optimised. A recipe of weight-only schemes reads no samples and leaves the border types as they are.
/// DiagnosticError: exit 2 for samples that do not fit, 1 for a graph that cannot be quantised.
Quantized quantize(const ir::Module& module, SampleSource& calibration, const QuantizeOptions& options);

}  // namespace midge
