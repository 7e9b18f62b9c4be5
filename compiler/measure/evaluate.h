// What a model does on samples: accuracy against labels, and how far a quantised model is from its float reference, tensor by tensor.
//
// The quantised model runs on the kernels of the device, the reference on the executor. Memory does not grow with the number of
// samples. The same model and samples give the same result, whatever the number of threads.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/data/samples.h"
#include "compiler/ir/graph.h"
#include "compiler/measure/classification.h"
#include "compiler/measure/error_stats.h"
#include "compiler/measure/match.h"
#include "report/diagnostic_json.h"
#include "report/terminal.h"

namespace midge {

/// What to try for a layer, and the evidence.
struct Advice {
  std::string id;  ///< "preprocessing", "clipping", "own-scale", "coarse-range", "equalize", "int16", "bias", "upstream", "weights"
  std::string text;
};

struct LayerError {
  int32_t tensor = -1;     ///< of the quantised graph
  std::string name;
  std::string op;          ///< what makes it: "CONV_2D"; "input" for a graph input
  std::string type;        ///< "int8[1,4,4,8]"
  std::string reference;   ///< name of the float tensor; empty: none matches
  MatchedBy matched_by = MatchedBy::kName;
  ErrorStats stats;
  double own_sqnr_db = 0;     ///< what rounding and clipping in this tensor alone would leave; infinite where it only passes on
  double inputs_sqnr_db = 0;  ///< the worst of its inputs; infinite where none is known
  /// The lowest, the highest value of the type is where an activation ends (0 of a rectifier): values there are meant to be.
  bool low_explained = false, high_explained = false;
  std::vector<Advice> advice;  ///< best first; empty for a tensor that needs none
};

struct OutputError {
  std::string name;
  ErrorStats stats;  ///< against the reference's output
};

struct Evaluation {
  std::string model, reference, data, data_sha256;
  uint64_t samples = 0;
  bool labelled = false;
  std::optional<Classification> classes, reference_classes;
  /// Share of samples where both models' largest output is the same one; of models whose first output has several values.
  std::optional<double> agreement;
  /// Mean squared error of the first output against the first input: of models that reproduce their input.
  std::optional<double> reconstruction, reference_reconstruction;
  std::vector<OutputError> outputs;
  std::vector<LayerError> layers;  ///< worst SQNR first; those without a reference last, by saturation
  std::optional<double> logit_sqnr_db;  ///< of what the last SOFTMAX or LOGISTIC reads
};

struct EvaluateOptions {
  std::string model_name, reference_name;
  bool layers = true;  ///< each tensor's errors; without, only what comes out
  unsigned threads = 0;
  std::function<void(uint64_t samples)> progress;
};

/// The samples are as the reference's graph takes them; layouts that differ are turned. DiagnosticError: exit 2 for samples or labels
/// that do not fit, 1 for a model that cannot be run.
Evaluation evaluate(const ir::Module& quantized, const ir::Module& float_reference, SampleSource& samples, const EvaluateOptions& options = {});
/// A model by itself, of any types.
Evaluation evaluate(const ir::Module& model, SampleSource& samples, const EvaluateOptions& options = {});

/// What to try for each layer: fills LayerError::advice. `graph`: the quantised one.
void advise(std::vector<LayerError>& layers, const ir::Graph& graph);

/// All of it. Numbers that are infinite are null.
Json to_json(const Evaluation& evaluation);
/// For a terminal; `most_layers`: how many of the worst layers are listed.
std::string to_text(const Evaluation& evaluation, const Terminal& terminal, size_t most_layers = 12);

}  // namespace midge
