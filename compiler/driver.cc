#include "compiler/driver.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <set>

#include "compiler/describe.h"
#include "compiler/emit/tflite.h"
#include "compiler/data/first_samples.h"
#include "compiler/data/preprocess.h"
#include "compiler/ir/verify.h"
#include "compiler/measure/labels.h"
#include "compiler/optimize/pass.h"
#include "compiler/optimize/widen_float16.h"
#include "compiler/quantize/weights_only.h"
#include "report/model_summary.h"
#include "report/terminal.h"
#include "verify/host_model.h"

namespace midge {
namespace {

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::string size_text(const ir::Module& module) {
  const GraphSize s = size_of(module);
  return fmt::format("{} operators, {} MACs, {} bytes of constants", with_commas(s.operators), with_commas(s.macs), with_commas(s.constant_bytes));
}

bool quantised_already(const ir::Module& module) {
  for (const ir::Graph& g : module.graphs) {
    for (const ir::Tensor& t : g.tensors) {
      if (!t.constant() && t.quantization.present()) return true;
    }
  }
  return false;
}

class Conversion {
 public:
  Conversion(const std::string& source, const ConvertOptions& options) : source_(source), options_(options) {}

  Converted run() {
    import();
    const Scheme scheme = options_.quantize.recipe.all.scheme;
    if (scheme != Scheme::kFloat) widen_float16(out_.module);  // weights of 16 bits are floats to be quantised
    if (options_.optimize) run_passes("optimise", out_.warnings);
    if (scheme != Scheme::kFloat && quantised_already(out_.module)) refuse_quantised();
    if (needs_samples(scheme)) {
      quantize_with_samples();
      std::vector<Diagnostic> said_before;  // what the float network's passes could not do, these cannot either
      if (options_.optimize) run_passes("optimise the integer network", said_before);
    } else if (scheme != Scheme::kFloat) {
      weights_only(scheme);
    }
    write();
    if (!out_.reference.graphs.empty()) measure();
    return std::move(out_);
  }

 private:
  void stage(const Stopwatch& watch, std::string name, std::string result) {
    out_.stages.push_back({std::move(name), std::move(result), watch.seconds()});
  }

  void import() {
    const Stopwatch watch;
    Imported imported = import_model(source_, options_.import);
    out_.module = std::move(imported.module);
    out_.warnings = std::move(imported.warnings);
    keep_layout_ = options_.keep_layout || !imported.channels_first;
    find_preprocessing(source_, out_.module);
    require_sound(out_.module, "import");
    stage(watch, "import", size_text(out_.module));
  }

  void run_passes(const char* name, std::vector<Diagnostic>& warnings) {
    const Stopwatch watch;
    optimize(out_.module, warnings, keep_layout_);
    require_sound(out_.module, name);
    stage(watch, name, size_text(out_.module));
  }

  [[noreturn]] void refuse_quantised() const {
    Diagnostic d;
    d.id = "already-quantized", d.file = source_,
    d.message = "the network is quantised already, and what rounding took away cannot be calibrated back";
    d.hint = "convert the float network; or leave --quantize and --calibrate away to optimise this one as it is, exactly";
    throw DiagnosticError(d, 1);
  }

  void quantize_with_samples() {
    const Stopwatch watch;
    const std::unique_ptr<SampleSource> samples = open_samples(options_.calibration, out_.module);
    out_.reference = out_.module;
    Quantized q = quantize(out_.module, *samples, options_.quantize);
    q.module.io = out_.module.io;
    out_.module = std::move(q.module);
    out_.trials = std::move(q.trials), out_.reason = std::move(q.reason);
    out_.warnings.insert(out_.warnings.end(), q.warnings.begin(), q.warnings.end());
    recipe_ = std::move(q.recipe);
    out_.samples = q.samples, out_.samples_sha256 = samples->sha256();
    require_sound(out_.module, "quantise");
    stage(watch, "quantise", size_text(out_.module));
  }

  void weights_only(Scheme scheme) {
    const Stopwatch watch;
    recipe_ = options_.quantize.recipe;
    out_.reference = out_.module;
    out_.module = quantize_weights(out_.module, scheme, [](const ir::Op&) { return true; });
    require_sound(out_.module, "quantise weights");
    stage(watch, "quantise weights", size_text(out_.module));
  }

  /// What was done, in the file: other runtimes ignore it.
  void describe_conversion() {
    nlohmann::ordered_json j;
    j["converter"] = "midge " MIDGE_VERSION;
    j["contract"] = "litert";
    if (!out_.reference.graphs.empty()) j["recipe"] = nlohmann::ordered_json::parse(to_json_text(recipe_));
    if (!out_.samples_sha256.empty()) j["calibration"] = {{"samples", out_.samples}, {"sha256", out_.samples_sha256}};
    if (!out_.trials.empty()) {
      for (const Trial& t : out_.trials) {
        if (t.chosen) j["chosen"] = t.name;
      }
    }
    const std::string text = j.dump();
    out_.module.metadata["midge.conversion"] = ir::Bytes(text.begin(), text.end());
    out_.module.description = "midge " MIDGE_VERSION;
  }

  void write() {
    const Stopwatch watch;
    describe_conversion();
    out_.file = emit_tflite(out_.module);
    // The proof that it is a model: the interpreter of the device prepares it.
    HostModel host(out_.file, source_);
    host.allocate();
    stage(watch, "write", fmt::format("{} bytes", with_commas(out_.file.size())));
  }

  /// Before and after: on the samples given for that, else on a few of the calibration's.
  void measure() {
    constexpr uint64_t kFew = 32;
    const Stopwatch watch;
    const std::string& where = options_.evaluation.empty() ? options_.calibration : options_.evaluation;
    if (where.empty()) return;  // weights alone were quantised, and there is nothing to measure on
    std::unique_ptr<SampleSource> samples = open_samples(where, out_.reference);
    if (!options_.labels.empty()) samples = with_labels(std::move(samples), read_labels(options_.labels, where), options_.labels);
    if (options_.evaluation.empty()) samples = first_samples(std::move(samples), kFew);
    EvaluateOptions evaluate_with;
    evaluate_with.model_name = "the integer network", evaluate_with.reference_name = source_;
    evaluate_with.threads = options_.quantize.threads;
    out_.evaluation = evaluate(out_.module, out_.reference, *samples, evaluate_with);
    stage(watch, "measure", fmt::format("on {} samples of {}", with_commas(out_.evaluation->samples), where));
  }

  const std::string& source_;
  const ConvertOptions& options_;
  bool keep_layout_ = false;
  Recipe recipe_;  ///< what was carried out
  Converted out_;
};

}  // namespace

Converted convert(const std::string& source, const ConvertOptions& options) { return Conversion(source, options).run(); }

GraphSize size_of(const ir::Module& module) {
  GraphSize out;
  std::set<const ir::Bytes*> counted;
  for (const ir::Graph& g : module.graphs) {
    out.operators += g.ops.size();
    for (const ir::Tensor& t : g.tensors) {
      if (t.constant() && counted.insert(t.data.get()).second) out.constant_bytes += t.data->size();
    }
    for (const ir::Op& op : g.ops) {
      if (op.code != Builtin::CONV_2D && op.code != Builtin::DEPTHWISE_CONV_2D && op.code != Builtin::FULLY_CONNECTED) continue;
      const ir::Tensor& w = g[op.inputs[1]];
      const ir::Tensor& y = g[op.outputs[0]];
      // Each output element takes as many as it has weights: all but those of the other output channels.
      if (!y.dims.empty() && y.dims.back() > 0)
        out.macs += static_cast<uint64_t>(y.count()) * static_cast<uint64_t>(w.count() / y.dims.back());
    }
  }
  return out;
}

}  // namespace midge
