// midge convert: from a trained network of any supported format to a .tflite file, with what was done and how good it is.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/common.h"
#include "cli/output_file.h"
#include "cli/progress.h"
#include "compiler/describe.h"
#include "report/sha256.h"

namespace midge::cli {
namespace {

struct Options {
  std::string source, output, calibrate, data, labels, quantize, recipe, input_type = "int8", output_type = "int8";
  std::vector<std::string> input_dims;
  bool keep_layout = false, no_optimize = false, recover = false;
  unsigned threads = 0;
};

[[noreturn]] void misuse(const std::string& message, const std::string& hint) {
  Diagnostic d;
  d.id = "usage", d.message = message, d.hint = hint;
  throw DiagnosticError(d, kExitMisuse);
}

Type type_of(const std::string& name) {
  if (name == "int8") return Type::kInt8;
  if (name == "uint8") return Type::kUint8;
  return Type::kFloat32;
}

/// "NAME=1,3,32,32", or "1,3,32,32" for the only input.
std::pair<std::string, ir::Dims> parse_dims(const std::string& text) {
  const size_t equal = text.rfind('=');
  std::string list = equal == std::string::npos ? text : text.substr(equal + 1);
  ir::Dims dims;
  for (size_t at = 0; at <= list.size();) {
    const size_t comma = std::min(list.find(',', at), list.size());
    const std::string number = list.substr(at, comma - at);
    const bool digits =
        !number.empty() && number.size() < 10 && std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || std::stoi(number) == 0)
      misuse(fmt::format("'{}' is not a list of dimensions", text), "write --input-shape NAME=1,224,224,3");
    dims.push_back(std::stoi(number));
    at = comma + 1;
  }
  return {equal == std::string::npos ? "" : text.substr(0, equal), dims};
}

Scheme chosen_scheme(const Options& options) {
  Scheme scheme = options.calibrate.empty() ? Scheme::kFloat : Scheme::kInt8;
  scheme_of(options.quantize, &scheme);
  return scheme;
}

ConvertOptions convert_options(const Options& o, const Context& context) {
  ConvertOptions out;
  for (const std::string& text : o.input_dims) out.import.input_dims.insert(parse_dims(text));
  out.keep_layout = o.keep_layout, out.optimize = !o.no_optimize;
  out.calibration = o.calibrate, out.evaluation = o.data, out.labels = o.labels;
  QuantizeOptions& q = out.quantize;
  if (!o.recipe.empty()) {
    const std::vector<uint8_t> bytes = read_file(o.recipe);
    q.recipe = parse_recipe(std::string(bytes.begin(), bytes.end()), o.recipe);
  }
  if (o.recipe.empty() || !o.quantize.empty()) q.recipe.all.scheme = chosen_scheme(o);
  q.input_type = type_of(o.input_type), q.output_type = type_of(o.output_type);
  q.recover = o.recover, q.threads = o.threads;
  const bool samples = needs_samples(q.recipe.all.scheme);
  if (samples && o.calibrate.empty()) {
    misuse("quantising activations needs samples of what the network will see",
           "give --calibrate FILE.npz with some 100 of them; or --quantize dynamic, which quantises weights only");
  }
  if (!samples && !o.calibrate.empty())
    misuse(fmt::format("--quantize {} takes no samples", o.quantize), "leave --calibrate away, or choose --quantize int8");
  auto shown = std::make_shared<std::pair<std::string, std::unique_ptr<Progress>>>();
  q.progress = [shown, &context](const std::string& stage, uint64_t done, uint64_t of) {
    if (shown->second == nullptr || shown->first != stage) {
      shown->second.reset();
      shown->first = stage;
      shown->second = std::make_unique<Progress>(context, shown->first.c_str(), of);
    }
    shown->second->update(done);
  };
  return out;
}

int convert_verb(const Options& options, const Context& context) {
  const ConvertOptions convert_with = convert_options(options, context);
  check_output_file(options.output);
  const Converted converted = convert(options.source, convert_with);
  for (const Diagnostic& d : converted.warnings) message("warning: " + d.line());
  write_output_file(options.output, converted.file);
  if (context.json) {
    Json j{{"source", options.source}, {"output", options.output}};
    j.update(to_json(converted));
    print_json(j);
  } else {
    print(fmt::format("{} -> {}\n{}wrote {} bytes, sha256 {}\n", printable(options.source), printable(options.output),
                      to_text(converted, context.out), with_commas(converted.file.size()), sha256_hex(converted.file)));
  }
  return kExitOk;
}

}  // namespace

void add_convert(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("convert", "Convert a trained network to .tflite: import, optimise, quantise, measure");
  const auto o = std::make_shared<Options>();
  verb->add_option("SOURCE", o->source, "A network: .onnx, .ort, .keras, .h5 or .tflite")->required();
  verb->add_option("-o,--output", o->output, "The .tflite file to write")->required()->type_name("MODEL.tflite");
  verb->add_option("--calibrate", o->calibrate, "Samples as the float network takes them, on the first axis; makes an int8 network")
      ->type_name("FILE.npz[:ARRAY]|FILE.npy|FOLDER");
  verb->add_option("--data", o->data, "Samples to measure on, before and after; else some of the calibration's")
      ->type_name("FILE.npz[:ARRAY]|FILE.npy|FOLDER");
  verb->add_option("--labels", o->labels, "The class of each sample of --data; without it those that come with them")
      ->type_name("FILE|ARRAY");
  verb->add_option("--quantize", o->quantize, "What to make: int8 where samples are given, else float32")->check(CLI::IsMember(scheme_names()));
  verb->add_option("--recipe", o->recipe, "How each layer is quantised (docs/recipes.md)")->type_name("FILE.json");
  verb->add_option("--input-type", o->input_type, "Of the integer network's inputs (default int8)")
      ->check(CLI::IsMember({"int8", "uint8", "float32"}));
  verb->add_option("--output-type", o->output_type, "Of its outputs (default int8)")->check(CLI::IsMember({"int8", "uint8", "float32"}));
  verb->add_option("--input-shape", o->input_dims, "Size of an input whose dimensions are open; may be repeated")
      ->type_name("[NAME=]1,224,224,3");
  verb->add_flag("--keep-layout", o->keep_layout, "Inputs and outputs stay channels-first where the source has them so");
  verb->add_flag("--no-optimize", o->no_optimize, "Import only");
  verb->add_flag("--recover", o->recover, "Fine-tune rounding and scales against the float network, layer by layer");
  verb->add_option("--threads", o->threads, "At most so many (default all cores)")->type_name("N");
  finish_verb(verb, context,
              {"midge convert kws.onnx -o kws.tflite --calibrate samples.npz", "midge convert kws.keras -o kws_float.tflite",
               "midge convert vww_int8.tflite -o vww_smaller.tflite", "midge convert net.onnx -o net.tflite --quantize dynamic"},
              [o](Context& c) { return convert_verb(*o, c); });
}

}  // namespace midge::cli
