// midge evaluate: what a model does on samples, and how far it is from the float model that it was made from.
#include <fmt/format.h>

#include "cli/common.h"
#include "cli/progress.h"
#include "compiler/data/preprocess.h"
#include "compiler/import/import.h"
#include "compiler/measure/evaluate.h"
#include "compiler/measure/labels.h"
#include "compiler/optimize/pass.h"

namespace midge::cli {
namespace {

struct Options {
  std::string model, data, labels, reference;
  size_t layers = 12;
  unsigned threads = 0;
};

/// A quantised model runs as it is; a float one of another format becomes what would be converted.
ir::Module load(const std::string& path) {
  Imported imported = import_model(path);
  find_preprocessing(path, imported.module);
  bool quantized = false;
  for (const ir::Tensor& t : imported.module.main().tensors)
    quantized = quantized || (t.quantization.present() && t.type != Type::kFloat32);
  std::vector<Diagnostic> warnings = std::move(imported.warnings);
  if (!quantized) optimize(imported.module, warnings, !imported.channels_first);
  for (const Diagnostic& d : warnings) message("warning: " + d.line());
  return std::move(imported.module);
}

void copy_preprocessing(const ir::Module& from, ir::Module& to) {
  const auto found = from.metadata.find(kPreprocessMetadata);
  if (found != from.metadata.end()) to.metadata.insert(*found);
}

int evaluate_verb(const Options& o, const Context& context) {
  const ir::Module model = load(o.model);
  std::optional<ir::Module> reference;
  if (!o.reference.empty()) reference = load(o.reference);
  // Declared once, beside or in either file.
  if (reference && !embedded_preprocessing(*reference)) find_preprocessing(o.model, *reference);
  if (reference && !embedded_preprocessing(*reference)) copy_preprocessing(model, *reference);
  std::unique_ptr<SampleSource> samples = open_samples(o.data, reference ? *reference : model);
  if (!o.labels.empty()) samples = with_labels(std::move(samples), read_labels(o.labels, o.data), o.labels);

  EvaluateOptions options;
  options.model_name = o.model, options.reference_name = o.reference, options.threads = o.threads;
  Progress progress(context, "evaluating sample", samples->count().value_or(0));
  options.progress = [&](uint64_t done) { progress.update(done); };
  const Evaluation e = reference ? evaluate(model, *reference, *samples, options) : evaluate(model, *samples, options);
  if (context.json) {
    print_json(to_json(e));
  } else {
    print(to_text(e, context.out, o.layers));
  }
  return kExitOk;
}

}  // namespace

void add_evaluate(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("evaluate", "Accuracy of a model, and its errors against the float model, layer by layer");
  const auto o = std::make_shared<Options>();
  verb->add_option("MODEL", o->model, "The model: quantised or float, of any format that convert takes")->required();
  verb->add_option("--data", o->data, "Samples as the float model takes them, on the first axis")
      ->required()
      ->type_name("FILE.npz[:ARRAY]|FILE.npy|FOLDER");
  verb->add_option("--labels", o->labels, "The class of each sample, from 0 on; without it those that come with the samples")
      ->type_name("FILE|ARRAY");
  verb->add_option("--float", o->reference, "The float model that MODEL was made from: adds errors by layer, saturation and advice")
      ->type_name("REFERENCE");
  verb->add_option("--layers", o->layers, "How many of the worst layers are listed (default 12)")->type_name("N");
  verb->add_option("--threads", o->threads, "At most so many (default all cores)")->type_name("N");
  finish_verb(
      verb, context,
      {"midge evaluate kws_int8.tflite --data test.npz --float kws.onnx", "midge evaluate kws.onnx --data test.npz:x_test --labels y_test",
       "midge evaluate vww_int8.tflite --data photos/ --float vww.keras --json"},
      [o](Context& c) { return evaluate_verb(*o, c); });
}

}  // namespace midge::cli
