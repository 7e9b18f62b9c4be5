// midge run: the samples of an .npz file through a model on this machine, and on request their comparison with a golden.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "cli/common.h"
#include "cli/output_file.h"
#include "cli/progress.h"
#include "cli/samples.h"
#include "report/array_compare.h"
#include "report/model_summary.h"
#include "report/sha256.h"

namespace midge::cli {
namespace {

struct Options {
  std::string model, input, output;
  Contract contract = Contract::kLitert;
  bool compare = false;
  uint64_t seed = 1;
};

/// What is printed of an output: over all samples.
struct OutputSummary {
  double least = 0, most = 0;
  std::vector<uint64_t> argmax;  ///< along the last axis, a value a row; empty where that axis has not 2 to 1000 elements
};

/// An output and, with --compare, what it was compared with.
struct Output {
  uint32_t tensor = 0;
  NpyArray array;
  OutputSummary summary;
  std::string golden;  ///< name of the golden array; empty: not compared
  ArrayComparison comparison;
};

OutputSummary summarize_values(const NpyArray& array) {
  constexpr uint64_t kLeastClasses = 2, kMostClasses = 1000;
  OutputSummary out;
  out.least = std::numeric_limits<double>::infinity(), out.most = -out.least;
  const uint64_t last = array.shape.back();
  const bool classes = array.shape.size() > 1 && last >= kLeastClasses && last <= kMostClasses;
  const uint64_t row = classes ? last : 1;
  for (uint64_t i = 0; i < array.count(); i += row) {
    uint64_t best = 0;
    for (uint64_t k = 0; k < row; ++k) {
      const double v = element_as_double(array, i + k);
      out.least = std::fmin(out.least, v);
      out.most = std::fmax(out.most, v);
      if (v > element_as_double(array, i + best)) best = k;
    }
    if (classes) out.argmax.push_back(best);
  }
  return out;
}

std::vector<Output> run_samples(HostModel& host, const Samples& samples, const Context& context) {
  const Model& model = host.model();
  std::vector<Output> outputs;
  for (uint32_t i = 0; i < model.outputs().count; ++i) {
    const uint32_t tensor = static_cast<uint32_t>(model.outputs()[i]);
    check_npz_type(model, tensor, host.name());
    const TensorView view = host.interpreter().output(i);
    Output out;
    out.tensor = tensor;
    out.array.type = view.info.type;
    out.array.shape = sample_shape(samples.count, view.info.shape);
    out.array.bytes.resize(static_cast<size_t>(samples.count) * view.bytes);
    outputs.push_back(std::move(out));
  }
  Progress progress(context, "sample", samples.count);
  for (uint64_t n = 0; n < samples.count; ++n) {
    for (uint32_t i = 0; i < samples.inputs.size(); ++i) {
      const TensorView view = host.interpreter().input(i);
      std::memcpy(view.data, samples.inputs[i].bytes.data() + n * view.bytes, view.bytes);
    }
    host.invoke();
    for (uint32_t i = 0; i < outputs.size(); ++i) {
      const TensorView view = host.interpreter().output(i);
      std::memcpy(outputs[i].array.bytes.data() + n * view.bytes, view.data, view.bytes);
    }
    progress.update(n + 1);
  }
  for (Output& out : outputs) out.summary = summarize_values(out.array);
  return outputs;
}

/// The golden array of output i: a file may hold one of its own for the tflm contract.
std::string golden_name(const NpzReader& npz, uint32_t i, Contract contract) {
  const std::string tflm = fmt::format("tflm_out{}", i);
  return contract == Contract::kTflm && npz.has(tflm) ? tflm : fmt::format("out{}", i);
}

/// Read before anything runs, so that a file that does not fit is refused at once.
std::vector<std::pair<std::string, NpyArray>> read_goldens(const NpzReader& npz, const Model& model, const Options& options, uint64_t samples) {
  std::vector<std::pair<std::string, NpyArray>> out;
  for (uint32_t i = 0; i < model.outputs().count; ++i) {
    const std::string name = golden_name(npz, i, options.contract);
    const uint32_t tensor = static_cast<uint32_t>(model.outputs()[i]);
    check_npz_type(model, tensor, npz.file());
    out.emplace_back(name, read_matching(npz, name, model, tensor, samples));
  }
  return out;
}

std::string value_text(const Tensor& t, double v) {
  if (t.type == Type::kFloat32 || t.type == Type::kFloat64) return fmt::format("{:.7g}", v);
  if (t.quantization.count != 1) return fmt::format("{}", static_cast<int64_t>(v));
  return fmt::format("{} ({:.4g})", static_cast<int64_t>(v), t.scale() * (v - t.zero_point()));
}

std::string output_text(const Output& out, uint32_t i, const Model& model) {
  constexpr size_t kShown = 16;
  const Tensor t = model.tensor(out.tensor);
  std::string text = fmt::format("output {} '{}' {}: min {}, max {}\n", i, printable(to_string(model.tensor_name(out.tensor))),
                                 type_and_shape(t), value_text(t, out.summary.least), value_text(t, out.summary.most));
  const std::vector<uint64_t>& argmax = out.summary.argmax;
  if (!argmax.empty()) {
    text += fmt::format("  argmax {}{}\n",
                        fmt::join(argmax.begin(), argmax.begin() + static_cast<std::ptrdiff_t>(std::min(argmax.size(), kShown)), " "),
                        argmax.size() > kShown ? fmt::format(" ... ({} in all)", with_commas(argmax.size())) : "");
  }
  return text;
}

std::string comparison_text(const Output& out, const Terminal& terminal) {
  const ArrayComparison& c = out.comparison;
  const std::string rule = c.tolerance > 0 ? fmt::format(" within {:.3g}", c.tolerance) : "";
  if (c.equal()) {
    return "  " + terminal.style(Style::kGreen, fmt::format("{}: all {} values equal{}", out.golden, with_commas(c.values), rule)) + "\n";
  }
  return "  " +
         terminal.style(Style::kRed, fmt::format("{}: {} of {} values differ{}", out.golden, with_commas(c.different),
                                                 with_commas(c.values), c.tolerance > 0 ? " by more than" + rule.substr(7) : "")) +
         fmt::format("; first at [{}]: {} instead of {}; largest difference {:.7g}\n", fmt::join(c.first, ","), c.first_got,
                     c.first_expected, c.largest_difference);
}

Json number(double v) { return std::isfinite(v) ? Json(v) : Json(); }

/// Integers as integers.
Json value_json(const NpyArray& array, double v) {
  const bool is_float = array.type == Type::kFloat32 || array.type == Type::kFloat64;
  return is_float ? number(v) : Json(static_cast<int64_t>(v));
}

Json comparison_json(const Output& out) {
  const ArrayComparison& c = out.comparison;
  Json first;
  if (!c.equal())
    first = Json{{"index", c.first}, {"got", value_json(out.array, c.first_got)}, {"expected", value_json(out.array, c.first_expected)}};
  return Json{{"array", out.golden},
              {"values", c.values},
              {"different", c.different},
              {"tolerance", c.tolerance},
              {"largest_difference", number(c.largest_difference)},
              {"first_difference", first}};
}

Json result_json(const Options& options, const HostModel& host, const Samples& samples, const std::vector<Output>& outputs, bool equal) {
  Json list = Json::array();
  for (const Output& out : outputs) {
    Json entry = to_json(TensorSummary{out.tensor, to_string(host.model().tensor_name(out.tensor)), host.model().tensor(out.tensor)});
    entry["min"] = value_json(out.array, out.summary.least);
    entry["max"] = value_json(out.array, out.summary.most);
    entry["argmax"] = out.summary.argmax.empty() ? Json() : Json(out.summary.argmax);
    if (!out.golden.empty()) entry["compared"] = comparison_json(out);
    list.push_back(std::move(entry));
  }
  return Json{{"file", options.model},
              {"sha256", sha256_hex(host.bytes())},
              {"contract", contract_name(options.contract)},
              {"samples", samples.count},
              {"input_file", options.input.empty() ? Json() : Json(options.input)},
              {"seed", options.input.empty() ? Json(options.seed) : Json()},
              {"output_file", options.output.empty() ? Json() : Json(options.output)},
              {"equal", options.compare ? Json(equal) : Json()},
              {"outputs", std::move(list)}};
}

int run(const Options& options, const Context& context) {
  if (options.compare && options.input.empty()) {
    Diagnostic d;
    d.id = "usage", d.message = "--compare needs a file to compare with", d.hint = "give --input FILE.npz that also has out0, ...";
    throw DiagnosticError(d, kExitMisuse);
  }
  if (!options.output.empty()) check_output_file(options.output);
  HostModel host = open_model(options.model, options.contract);
  Samples samples;
  std::vector<std::pair<std::string, NpyArray>> goldens;
  if (options.input.empty()) {
    host.allocate();  // first: what cannot run needs no data
    samples = random_samples(host.model(), options.seed);
  } else {
    const NpzReader npz(read_file(options.input), options.input);
    samples = read_samples(npz, host.model());
    if (options.compare) goldens = read_goldens(npz, host.model(), options, samples.count);
  }
  if (!host.allocated()) host.allocate();
  std::vector<Output> outputs = run_samples(host, samples, context);

  bool equal = true;
  for (size_t i = 0; i < goldens.size(); ++i) {
    outputs[i].golden = goldens[i].first;
    outputs[i].comparison = compare_arrays(outputs[i].array, goldens[i].second);
    equal = equal && outputs[i].comparison.equal();
  }
  if (!options.output.empty()) {
    std::vector<std::pair<std::string, NpyArray>> arrays;
    for (uint32_t i = 0; i < outputs.size(); ++i) arrays.emplace_back(fmt::format("out{}", i), outputs[i].array);
    write_output_file(options.output, format_npz(arrays));
  }
  if (context.json) {
    print_json(result_json(options, host, samples, outputs, equal));
  } else {
    const std::string from = options.input.empty() ? fmt::format("pseudo-random data (seed {})", options.seed) : printable(options.input);
    std::string text = fmt::format("{}: {} of {}, contract {}\n", printable(options.model), counted(samples.count, "sample"), from,
                                   contract_name(options.contract));
    for (uint32_t i = 0; i < outputs.size(); ++i) {
      text += output_text(outputs[i], i, host.model());
      if (!outputs[i].golden.empty()) text += comparison_text(outputs[i], context.out);
    }
    if (!options.output.empty()) text += fmt::format("wrote {}\n", printable(options.output));
    print(text);
  }
  return equal ? kExitOk : kExitFailed;
}

}  // namespace

void add_run(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("run", "Run a model on this machine on the samples of an .npz file");
  const auto options = std::make_shared<Options>();
  add_model(verb, &options->model);
  verb->add_option("--input", options->input, "Arrays in0, in1, ..., samples on the first axis; without it one pseudo-random sample")
      ->type_name("FILE.npz");
  verb->add_option("--output", options->output, "Where arrays out0, out1, ... are written, samples on the first axis")
      ->type_name("FILE.npz");
  add_contract(verb, &options->contract);
  verb->add_flag("--compare", options->compare,
                 "Compare with out0, ... of the input file: integers exactly, floats within 1e-5 of their range");
  verb->add_option("--seed", options->seed, "Of the pseudo-random sample (default 1)")->type_name("N");
  finish_verb(verb, context,
              {"midge run kws.tflite", "midge run kws.tflite --input samples.npz --output answers.npz",
               "midge run kws.tflite --input kws.golden.npz --compare",
               "python -c \"import numpy as np; np.savez('samples.npz', in0=np.zeros((4, 1, 49, 10, 1), np.int8))\""},
              [options](Context& c) { return run(*options, c); });
}

}  // namespace midge::cli
