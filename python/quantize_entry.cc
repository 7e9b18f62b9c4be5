// What Python needs of compiler/quantize/: a float .tflite file and samples in memory to an integer one.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cstring>

#include "compiler/emit/tflite.h"
#include "compiler/import/tflite/tflite.h"
#include "compiler/quantize/quantize.h"
#include "python/module.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace midge {
namespace {

/// The samples of each graph input in one run of bytes.
class BytesSource : public SampleSource {
 public:
  BytesSource(std::vector<nb::bytes> inputs, const ir::Graph& graph) : inputs_(std::move(inputs)) {
    if (inputs_.size() != graph.inputs.size()) throw std::invalid_argument("as many arrays as the model has inputs");
    for (size_t i = 0; i < inputs_.size(); ++i) {
      const ir::Tensor& t = graph[graph.inputs[i]];
      types_.push_back(t.type);
      bytes_.push_back(t.bytes());
      const size_t n = t.bytes() == 0 ? 0 : inputs_[i].size() / t.bytes();
      if (n * t.bytes() != inputs_[i].size() || (i > 0 && n != count_))
        throw std::invalid_argument("the arrays' sizes are not samples of the inputs");
      count_ = n;
    }
  }
  std::optional<uint64_t> count() const override { return count_; }
  size_t read(size_t most, std::vector<Activation32>& inputs) override {
    const size_t n = std::min(most, count_ - at_);
    inputs.resize(inputs_.size());
    for (size_t i = 0; i < inputs_.size(); ++i) {
      const auto* from = reinterpret_cast<const uint8_t*>(inputs_[i].c_str()) + at_ * bytes_[i];
      inputs[i].type = types_[i];
      inputs[i].bytes.assign(from, from + n * bytes_[i]);
    }
    at_ += n;
    return n;
  }
  void rewind() override { at_ = 0; }
  std::string name() const override { return "samples"; }
  std::string sha256() const override { return ""; }

 private:
  std::vector<nb::bytes> inputs_;
  std::vector<Type> types_;
  std::vector<size_t> bytes_;
  size_t count_ = 0, at_ = 0;
};

Type border_type(const std::string& name) {
  if (name == "int8") return Type::kInt8;
  if (name == "uint8") return Type::kUint8;
  if (name == "float32") return Type::kFloat32;
  throw std::invalid_argument("input and output types are int8, uint8 or float32");
}

nb::dict quantize_model(nb::bytes model, std::vector<nb::bytes> samples, const std::string& recipe, const std::string& input,
                        const std::string& output, bool recover, unsigned threads) {
  const ir::Module module = import_tflite({reinterpret_cast<const uint8_t*>(model.c_str()), model.size()}, "model");
  BytesSource source(std::move(samples), module.main());
  QuantizeOptions options;
  options.recipe = parse_recipe(recipe.empty() ? "{}" : recipe, "recipe");
  options.input_type = border_type(input), options.output_type = border_type(output);
  options.recover = recover, options.threads = threads;
  const Quantized q = quantize(module, source, options);
  const ir::Bytes file = emit_tflite(q.module);
  nb::dict d;
  d["model"] = nb::bytes(file.data(), file.size());
  d["reason"] = q.reason;
  d["recipe"] = to_json_text(q.recipe);
  nb::list trials, warnings;
  for (const Trial& t : q.trials) {
    nb::dict one;
    one["name"] = t.name, one["logit_sqnr_db"] = t.logit_sqnr_db, one["output_sqnr_db"] = t.output_sqnr_db;
    one["seconds"] = t.seconds, one["chosen"] = t.chosen;
    trials.append(one);
  }
  for (const Diagnostic& w : q.warnings) warnings.append(w.line());
  d["trials"] = trials, d["warnings"] = warnings;
  return d;
}

}  // namespace

void add_quantize(nb::module_& module) {
  module.def("quantize", &quantize_model, "model"_a, "samples"_a, "recipe"_a = "", "input_type"_a = "int8", "output_type"_a = "int8",
             "recover"_a = false, "threads"_a = 0u);
}

}  // namespace midge
