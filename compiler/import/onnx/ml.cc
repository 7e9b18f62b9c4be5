// The simple ones of ai.onnx.ml, which scikit-learn's exporter writes.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/import/onnx/lowering.h"

namespace midge::onnx {
namespace {

int32_t row(Lowering& l, const std::vector<float>& v) { return l.floats({static_cast<int32_t>(v.size())}, v); }

/// The scores of linear models: x * coefficients^T + intercepts.
int32_t linear(Lowering& l, const char* coefficients, const char* intercepts, size_t outs) {
  const int32_t x = l.cast(l.in(0), Type::kFloat32);
  const std::vector<float> w = l.node().floats(coefficients);
  std::vector<float> b = l.node().floats(intercepts);
  const int32_t n = l.dims(x).empty() ? 0 : l.dims(x).back();
  if (outs == 0 || w.size() != outs * static_cast<size_t>(n)) l.refuse("its coefficients do not fit its input", "the file is damaged");
  if (b.size() != outs) b.assign(outs, b.empty() ? 0 : b[0]);
  return l.op(Builtin::FULLY_CONNECTED, {x, l.floats({static_cast<int32_t>(outs), n}, w), row(l, b)});
}

int32_t transform(Lowering& l, int32_t scores) {
  const std::string how = l.node().text("post_transform", "NONE");
  if (how == "NONE") return scores;
  if (how == "SOFTMAX") return l.op(Builtin::SOFTMAX, {scores}, {{"beta", 1.0}});
  if (how == "LOGISTIC") return l.op(Builtin::LOGISTIC, {scores});
  l.refuse("post_transform '" + how + "' is not supported", "NONE, SOFTMAX and LOGISTIC are");
}

}  // namespace

void op_scaler(Lowering& l) {
  int32_t x = l.cast(l.in(0), Type::kFloat32);
  const std::vector<float> offset = l.node().floats("offset"), scale = l.node().floats("scale");
  if (!offset.empty()) x = l.sub(x, row(l, offset));
  l.out(0, scale.empty() ? x : l.mul(x, row(l, scale)));
}

void op_normalizer(Lowering& l) {
  const int32_t x = l.cast(l.in(0), Type::kFloat32), last = l.rank(x) - 1;
  const std::string norm = l.node().text("norm", "MAX");
  int32_t size;
  if (norm == "L2") {
    size = l.op(Builtin::SQRT, {l.reduce(Builtin::SUM, l.mul(x, x), {last}, true)});
  } else {
    size = l.reduce(norm == "L1" ? Builtin::SUM : Builtin::REDUCE_MAX, norm == "L1" ? l.op(Builtin::ABS, {x}) : x, {last}, true);
  }
  l.out(0, l.div(x, size));
}

void op_linear_regressor(Lowering& l) {
  l.out(0, transform(l, linear(l, "coefficients", "intercepts", static_cast<size_t>(l.node().integer("targets", 1)))));
}

void op_linear_classifier(Lowering& l) {
  const size_t rows = std::max<size_t>(l.node().floats("intercepts").size(), 1);
  int32_t scores = linear(l, "coefficients", "intercepts", rows);
  Ints labels = l.node().ints("classlabels_ints");
  const size_t classes = labels.empty() ? l.node().strings("classlabels_strings").size() : labels.size();
  const bool logistic = l.node().text("post_transform", "NONE") == "LOGISTIC";
  if (classes == 2 && rows == 1) {  // one score tells both
    const int32_t p = logistic ? l.op(Builtin::LOGISTIC, {scores}) : scores;
    const int32_t other = logistic ? l.sub(l.scalar(1), p) : l.op(Builtin::NEG, {p});
    scores = l.concat({other, p}, 1);
  } else {
    scores = transform(l, scores);
  }
  if (labels.empty()) {
    for (size_t i = 0; i < classes; ++i) labels.push_back(static_cast<int64_t>(i));
    l.warn("onnx-labels", "its classes are strings: the output is their index");
  }
  if (l.wants(0)) {
    const int32_t axis = l.int32s({1});
    l.graph()[axis].dims = {};
    const int32_t best = l.op(Builtin::ARG_MAX, {scores, axis}, {{"output_type", static_cast<int64_t>(Type::kInt64)}}, Type::kInt64);
    bool counted = true;
    for (size_t i = 0; i < labels.size(); ++i) counted = counted && labels[i] == static_cast<int64_t>(i);
    l.out(0, counted ? best : l.op(Builtin::GATHER, {l.int64s(labels), best}, {{"axis", int64_t{0}}}));
  }
  l.out(1, scores);
}

void op_zip_map(Lowering& l) {
  l.warn("onnx-zipmap", "the dictionaries that it makes are left out: the output is the matrix of scores", "export with zipmap=False");
  l.out(0, l.in(0));
}

void op_binarizer(Lowering& l) {
  const int32_t x = l.in(0);
  l.out(0, l.cast(l.op(Builtin::GREATER, {x, l.scalar_like(x, static_cast<double>(l.node().real("threshold", 0)))}, {}, Type::kBool), l.type(x)));
}

void op_tree_ensemble(Lowering& l) {
  l.refuse("trees cannot be expressed in the operators of the .tflite format",
           "train a small neural network, or use a library that turns trees into C");
}

}  // namespace midge::onnx
