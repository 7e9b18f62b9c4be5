// The part of Lowering that converters use: configuration, weights, operators.
#include "compiler/import/keras/lowering.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "compiler/execute/one_op.h"
#include "report/terminal.h"

namespace midge::keras {
namespace {

constexpr int64_t kMostBytes = int64_t{1} << 30;  // of one tensor
constexpr size_t kMostTensors = size_t{1} << 20;

const Json kNull;

}  // namespace

Diagnostic Lowering::diagnostic(const std::string& id, const std::string& message, const std::string& hint) const {
  Diagnostic d;
  d.id = id, d.file = file_, d.hint = hint;
  d.message = printable(layer_ == nullptr ? message : fmt::format("layer {} '{}': {}", layer_->type, layer_->name, message));
  return d;
}

void Lowering::fail(const std::string& id, const std::string& message, const std::string& hint) const {
  throw DiagnosticError(diagnostic(id, message, hint), 1);
}

void Lowering::refuse(const std::string& message, const std::string& hint) const { fail("keras-unsupported", message, hint); }

int32_t Lowering::in(size_t i) const {
  if (i >= layer_->inputs.size()) refuse(fmt::format("it has {} inputs, not {}", layer_->inputs.size(), i + 1), "the file is damaged");
  return layer_->inputs[i];
}

const Json& Lowering::value(const char* key) const {
  const auto found = layer_->config.find(key);
  return found == layer_->config.end() ? kNull : *found;
}

const Json& Lowering::argument(size_t i, const char* name) const {
  const Json& call = layer_->arguments;
  if (!call.is_object()) return kNull;
  const auto named = call.find("kwargs");
  if (named != call.end() && named->is_object() && named->contains(name)) return (*named)[name];
  const auto listed = call.find("args");
  return listed != call.end() && listed->is_array() && i < listed->size() ? (*listed)[i] : kNull;
}

int32_t Lowering::tensor_argument(size_t i, const char* name) const {
  const Json& a = argument(i, name);
  if (a.is_null()) return -1;
  const auto place = a.is_object() ? a.find("input") : a.end();
  if (!a.is_object() || place == a.end() || !place->is_number_unsigned())
    refuse(fmt::format("its argument {} is no tensor", name), "call it with tensors");
  return in(place->get<size_t>());
}

bool Lowering::flag(const char* key, bool fallback) const {
  const Json& v = value(key);
  if (v.is_null()) return fallback;
  if (!v.is_boolean()) refuse(fmt::format("its {} is neither true nor false", key), "the file is damaged");
  return v;
}

double Lowering::real(const char* key, double fallback) const {
  const Json* v = &value(key);
  if (v->is_array() && v->size() == 1) v = &v->front();
  // Older Keras 3 wrote numpy scalars as objects.
  if (v->is_object() && v->contains("config") && (*v)["config"].is_object() && (*v)["config"].contains("value"))
    v = &(*v)["config"]["value"];
  if (v->is_null()) return fallback;
  if (!v->is_number()) refuse(fmt::format("its {} is no number", key), "the file is damaged");
  return *v;
}

int32_t Lowering::integer(const char* key, int32_t fallback) const {
  const double v = real(key, fallback);
  if (!(std::fabs(v) <= 1 << 30) || v != std::floor(v)) refuse(fmt::format("its {} is no whole number", key), "the file is damaged");
  return static_cast<int32_t>(v);
}

std::string Lowering::text(const char* key, const std::string& fallback) const {
  const Json& v = value(key);
  if (v.is_null()) return fallback;
  if (!v.is_string()) refuse(fmt::format("its {} is no text", key), "the file is damaged");
  return v;
}

std::vector<int32_t> Lowering::integers(const char* key) const {
  const Json& v = value(key);
  if (v.is_number()) return {integer(key, 0)};
  std::vector<int32_t> out;
  if (!v.is_array() || v.size() > 64) refuse(fmt::format("its {} is no list of numbers", key), "the file is damaged");
  for (const Json& e : v) {
    if (!e.is_number_integer() || std::fabs(e.get<double>()) > 1 << 30)
      refuse(fmt::format("its {} is no list of whole numbers", key), "the file is damaged");
    out.push_back(e);
  }
  return out;
}

std::vector<int32_t> Lowering::sizes(const char* key, size_t count, int32_t fallback) const {
  std::vector<int32_t> out = value(key).is_null() ? std::vector<int32_t>{fallback} : integers(key);
  if (out.size() == 1) out.resize(count, out[0]);
  if (out.size() != count || *std::min_element(out.begin(), out.end()) < 1 || *std::max_element(out.begin(), out.end()) > 1 << 16) {
    refuse(fmt::format("its {} of {} is not possible", key, out), "the file is damaged");
  }
  return out;
}

Array Lowering::weight(const Dims& want) {
  if (next_weight_ >= layer_->weights.size()) {
    refuse(fmt::format("its weight {} is missing", next_weight_), "save the model after building it");
  }
  Array a = std::move(layer_->weights[next_weight_++]);
  bool fits = a.dims.size() == want.size();
  for (size_t i = 0; fits && i < want.size(); ++i) fits = want[i] < 0 || want[i] == a.dims[i];
  if (!fits) refuse(fmt::format("its weight {} has dimensions {}, not {}", next_weight_ - 1, a.dims, want), "the file is damaged");
  if (std::any_of(a.values.begin(), a.values.end(), [](float f) { return std::isnan(f); })) {
    refuse(fmt::format("its weight {} has NaN", next_weight_ - 1), "the training has diverged; take an earlier checkpoint");
  }
  return a;
}

void Lowering::require_rank(int32_t t, int32_t want) const {
  if (rank(t) != want) refuse(fmt::format("its input has {} dimensions, not {}", rank(t), want), "the file is damaged");
}

int32_t Lowering::axis(int64_t a, int32_t rank) const {
  if (a < -rank || a >= rank) refuse(fmt::format("axis {} lies outside of {} dimensions", a, rank), "the file is damaged");
  return static_cast<int32_t>(a < 0 ? a + rank : a);
}

int32_t Lowering::floats(const Dims& to, const std::vector<float>& values) { return graph_.add_floats("", to, values); }

int32_t Lowering::op(Builtin code, Tensors inputs, Options options, Type out_type) {
  if (graph_.tensors.size() > kMostTensors) refuse("the network has too many operators", "use shorter sequences");
  ir::Op op;
  op.code = code;
  op.options = std::move(options);
  op.source = printable(fmt::format("{} '{}'", layer_->type, layer_->name));
  ir::Tensor t;
  t.name = fmt::format("{}/{}", layer_->name, graph_.tensors.size());
  t.type = out_type == Type::kAny ? type(inputs.at(0)) : out_type;
  for (const int32_t i : inputs) {
    if (i >= 0 && graph_[i].count() == 0) refuse("it works on an empty tensor", "give the model a larger input");
  }
  op.inputs = std::move(inputs);
  const int32_t made = graph_.add(std::move(t));
  op.outputs = {made};
  try {
    graph_[made].dims = OneOp(graph_, op).output_dims().at(0);
  } catch (const DiagnosticError& e) {
    std::string given;
    for (const int32_t i : op.inputs) given += (given.empty() ? "" : ", ") + (i < 0 ? "-" : ir::type_and_dims(graph_[i]));
    op.source.clear();
    const std::string& why = e.diagnostic.message;
    refuse(fmt::format("it becomes {} of ({}), which no kernel takes: {}", ir::describe(op), given, why), e.diagnostic.hint);
  }
  if (graph_[made].count() > kMostBytes / 4) refuse(fmt::format("its output of {} is too large", dims(made)), "use a smaller input");
  graph_.ops.push_back(std::move(op));
  return made;
}

int32_t Lowering::cast(int32_t t, Type to) {
  if (type(t) == to) return t;
  return op(Builtin::CAST, {t}, {{"in_data_type", static_cast<int64_t>(type(t))}, {"out_data_type", static_cast<int64_t>(to)}}, to);
}

int32_t Lowering::transpose(int32_t t, const std::vector<int32_t>& permutation) {
  if (std::is_sorted(permutation.begin(), permutation.end())) return t;
  return op(Builtin::TRANSPOSE, {t, int32s(permutation)});
}

int32_t Lowering::reshape(int32_t t, const Dims& to) {
  if (dims(t) == to) return t;
  int64_t count = 1;
  for (const int32_t d : to) count = d < 1 || count > kMostBytes ? kMostBytes * 8 : count * d;
  if (count != graph_[t].count() || to.size() > 6)
    refuse(fmt::format("{} cannot become {}", dims(t), to), "reshape to at most 6 dimensions of the same size");
  return op(Builtin::RESHAPE, {t, int32s(to)}, {{"new_shape", to}});
}

int32_t Lowering::slice(int32_t t, const std::vector<int32_t>& begin, const std::vector<int32_t>& size) {
  if (size == dims(t)) return t;
  return op(Builtin::SLICE, {t, int32s(begin), int32s(size)});
}

int32_t Lowering::concat(const Tensors& parts, int32_t along) {
  if (parts.size() == 1) return parts[0];
  return op(Builtin::CONCATENATION, parts, {{"axis", int64_t{along}}});
}

int32_t Lowering::reduce(Builtin code, int32_t t, const std::vector<int32_t>& axes, bool keep) {
  return op(code, {t, int32s(axes)}, {{"keep_dims", int64_t{keep}}});
}

int32_t Lowering::pad(int32_t t, const std::vector<int32_t>& pairs) {
  if (std::all_of(pairs.begin(), pairs.end(), [](int32_t p) { return p == 0; })) return t;
  ir::Tensor c;
  c.type = Type::kInt32, c.dims = {static_cast<int32_t>(pairs.size() / 2), 2};
  c.set_values<int32_t>(pairs);
  return op(Builtin::PAD, {t, graph_.add(std::move(c))});
}

int32_t Lowering::turned(const Array& w) {
  const auto ins = static_cast<size_t>(w.dims[0]), outs = static_cast<size_t>(w.dims[1]);
  std::vector<float> values(w.values.size());
  for (size_t i = 0; i < ins; ++i) {
    for (size_t o = 0; o < outs; ++o) values[o * ins + i] = w.values[i * outs + o];
  }
  return floats({w.dims[1], w.dims[0]}, values);
}

int32_t Lowering::dense(int32_t x, int32_t filter, int32_t bias) {
  return op(Builtin::FULLY_CONNECTED, {x, filter, bias}, {{"keep_num_dims", int64_t{rank(x) > 2}}});
}

int32_t Lowering::dense(int32_t x, const Array& w, const std::vector<float>& b) {
  const int32_t filter = turned(w);
  return dense(x, filter, b.empty() ? -1 : floats({w.dims[1]}, b));
}

}  // namespace midge::keras
