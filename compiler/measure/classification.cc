#include "compiler/measure/classification.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/diagnostic.h"

namespace midge {

ClassOutput ClassOutput::of(const ir::Graph& graph, size_t output) {
  ClassOutput out;
  const int32_t tensor = graph.outputs[output];
  const ir::Tensor& t = graph[tensor];
  out.values = out.classes = static_cast<size_t>(t.count());
  if (out.values != 1) return out;
  const bool integer = t.type == Type::kInt32 || t.type == Type::kInt64;
  if (integer && !t.quantization.present()) {
    out.kind = Kind::kIndex, out.classes = 0;
    return out;
  }
  out.kind = Kind::kThreshold, out.classes = 2;
  int32_t at = tensor;
  for (auto op = graph.ops.rbegin(); op != graph.ops.rend(); ++op) {
    if (std::find(op->outputs.begin(), op->outputs.end(), at) == op->outputs.end()) continue;
    if (op->code == Builtin::LOGISTIC) out.threshold = 0.5f;
    const bool passes = op->code == Builtin::DEQUANTIZE || op->code == Builtin::QUANTIZE || op->code == Builtin::RESHAPE;
    if (!passes) break;
    at = op->input(0);
  }
  return out;
}

int64_t ClassOutput::predict(std::span<const float> sample) const {
  switch (kind) {
    case Kind::kThreshold: return sample[0] > threshold;
    case Kind::kIndex: return static_cast<int64_t>(sample[0]);
    default: return std::max_element(sample.begin(), sample.end()) - sample.begin();
  }
}

void accumulate(Classification& c, const ClassOutput& how, std::span<const float> outputs, std::span<const int64_t> labels, const std::string& data) {
  if (c.samples == 0) {
    c.classes = how.classes;
    if (c.classes <= Classification::kMostClasses) c.confusion.assign(c.classes * c.classes, 0);
  }
  for (size_t s = 0; s < labels.size(); ++s) {
    const std::span<const float> sample = outputs.subspan(s * how.values, how.values);
    const int64_t label = labels[s], predicted = how.predict(sample);
    if (label < 0 || (how.classes != 0 && label >= static_cast<int64_t>(how.classes))) {
      Diagnostic d;
      d.id = "bad-label", d.file = data;
      d.message = fmt::format("the label of sample {} is {}, and the model has {} classes", c.samples, label, how.classes);
      d.hint = "labels count from 0, in the order of the model's outputs";
      throw DiagnosticError(d, 2);
    }
    ++c.samples;
    c.correct += label == predicted;
    size_t better = 0;
    if (how.kind == ClassOutput::Kind::kLargest) {
      for (const float v : sample) better += v > sample[static_cast<size_t>(label)];
    } else {
      better = label == predicted ? 0 : 5;
    }
    c.correct_top5 += better < 5;
    if (!c.confusion.empty()) ++c.confusion[static_cast<size_t>(label) * c.classes + static_cast<size_t>(predicted)];
  }
}

}  // namespace midge
