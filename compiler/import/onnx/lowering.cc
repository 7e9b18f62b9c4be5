#include "compiler/import/onnx/lowering.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "compiler/execute/one_op.h"
#include "compiler/import/onnx/patterns.h"
#include "compiler/import/onnx/qdq.h"
#include "report/terminal.h"

namespace midge::onnx {
namespace {

constexpr int64_t kOldestOpset = 7, kNewestOpset = 28;         // read
constexpr int64_t kOldestTested = 13;                          // those before are read where the operators mean the same
constexpr uint64_t kMostElements = uint64_t{1} << 28;          // of one tensor
constexpr size_t kMostRank = 6;

const std::map<std::string, const OperatorInfo*>& operators_by_name() {
  static const std::map<std::string, const OperatorInfo*> all = [] {
    std::map<std::string, const OperatorInfo*> m;
    for (const OperatorInfo& o : all_operators()) m[std::string(o.domain) + ":" + o.name] = &o;
    return m;
  }();
  return all;
}

void count_readers(const Body& body, std::map<std::string, int>& readers) {
  for (const Node& n : body.nodes) {
    for (const std::string& i : n.inputs) ++readers[i];
    for (const auto& [key, a] : n.attributes) {
      if (a.graph) count_readers(*a.graph, readers);
    }
  }
  for (const Value& v : body.outputs) ++readers[v.name];
}

}  // namespace

const std::vector<OperatorInfo>& all_operators() {
  static const std::vector<OperatorInfo> all = {
#define MIDGE_ONNX(domain, name, function, note) {domain, #name, function, note},
#include "compiler/import/onnx/ops.def"
#undef MIDGE_ONNX
  };
  return all;
}

Lowering::Lowering(const Source& source, const std::string& file, const ImportOptions& options)
    : source_(source), file_(file), options_(options), graph_(module_.graphs.emplace_back()) {}

Diagnostic Lowering::diagnostic(const std::string& id, const std::string& message, const std::string& hint) const {
  Diagnostic d;
  d.id = id, d.file = file_, d.hint = hint;
  d.message = printable(node_ == nullptr ? message : fmt::format("node {}: {}", node_->describe(), message));
  return d;
}

void Lowering::refuse(const std::string& message, const std::string& hint) const {
  throw DiagnosticError(diagnostic("onnx-unsupported", message, hint), 1);
}

void Lowering::warn(const std::string& id, const std::string& message, const std::string& hint) {
  warnings_.push_back(diagnostic(id, message, hint));
}

Imported Lowering::run() {
  const auto found = source_.opsets.find("");
  const int64_t version = found == source_.opsets.end() ? (source_.opsets.empty() ? 0 : kNewestOpset) : found->second;
  if (version < kOldestOpset || version > kNewestOpset) {
    throw DiagnosticError(diagnostic("onnx-opset", fmt::format("opset {} is not one of {} to {}", version, kOldestOpset, kNewestOpset),
                                     "export with opset 13 to 22, or use onnx.version_converter"),
                          1);
  }
  opset_ = version;
  if (version < kOldestTested) {
    warn("onnx-old-opset", fmt::format("opset {} is older than {}: read where its operators mean the same", version, kOldestTested),
         "export with opset 13 to 22");
  }
  graph_.name = source_.main.name;
  module_.description = source_.producer;
  count_readers(source_.main, readers_);
  declare(source_.main);
  load_inputs();
  for (const Node& n : source_.main.nodes) lower(n);
  node_ = nullptr;
  finish_outputs();
  graph_.remove_dead();
  integer_graph(graph_, warnings_);
  for (ir::Tensor& t : graph_.tensors) {
    if (t.type == Type::kFloat32) t.quantization = {};
  }
  graph_.remove_dead();
  return {std::move(module_), std::move(warnings_)};
}

void Lowering::declare(const Body& body) {
  for (const Constant& c : body.constants) pending_[c.name] = &c;
}

void Lowering::load_inputs() {
  const auto real = [&](const Value& v) { return pending_.count(v.name) == 0; };
  const bool only = std::count_if(source_.main.inputs.begin(), source_.main.inputs.end(), real) == 1;
  for (const Value& v : source_.main.inputs) {
    if (pending_.count(v.name) != 0) continue;  // old files list the initialisers among the inputs
    const std::optional<Type> type = graph_type(v.element);
    if (!type || v.element == Element::kInt4 || v.element == Element::kUint4) {
      throw DiagnosticError(diagnostic("onnx-type", fmt::format("input '{}' is of {}", v.name, element_name(v.element)),
                                       "only numeric tensors can be imported; cut the model behind what turns it into numbers"),
                            1);
    }
    if (v.element == Element::kFloat16 || v.element == Element::kBfloat16 || v.element == Element::kDouble) {
      warn("onnx-float", fmt::format("input '{}' is of {}; it and all that follows is computed in float32", v.name, element_name(v.element)));
    }
    ir::Tensor t;
    t.name = v.name, t.type = *type;
    auto given = options_.input_dims.find(v.name);
    if (given == options_.input_dims.end() && only) given = options_.input_dims.find("");
    std::vector<int64_t> dims = v.dims;
    if (given != options_.input_dims.end()) {
      const Dims& g = given->second;
      bool fits = !v.has_shape || g.size() == dims.size();
      for (size_t i = 0; fits && v.has_shape && i < g.size(); ++i) fits = dims[i] < 0 || dims[i] == g[i];
      if (!fits) {
        throw DiagnosticError(diagnostic("onnx-input-dims", fmt::format("input '{}' has dimensions {}, not {}", v.name, dims, g),
                                         "give as many numbers as it has dimensions; fixed ones cannot be changed"),
                              2);
      }
      dims.assign(g.begin(), g.end());
    }
    if (!dims.empty() && dims[0] < 0) dims[0] = 1;
    const bool open = std::any_of(dims.begin(), dims.end(), [](int64_t d) { return d < 0; });
    if (open || (!v.has_shape && given == options_.input_dims.end())) {
      std::string shape = v.has_shape ? "" : "unknown";
      for (size_t i = 0; i < v.dims.size(); ++i) {
        shape += fmt::format("{}{}", i == 0 ? "" : ",",
                             v.dims[i] >= 0         ? std::to_string(v.dims[i])
                             : v.symbols[i].empty() ? "?"
                                                    : v.symbols[i]);
      }
      throw DiagnosticError(diagnostic("onnx-open-dims", fmt::format("input '{}' has open dimensions: [{}]", v.name, shape),
                                       fmt::format("give its size: --input-shape {}=1,...", v.name)),
                            1);
    }
    const std::optional<uint64_t> count = element_count(dims);
    if (!count || *count == 0 || *count > kMostElements || dims.size() > kMostRank) {
      throw DiagnosticError(diagnostic("onnx-input-dims", fmt::format("input '{}' of {} is empty or too large", v.name, dims),
                                       "tensors have 1 to 2^28 elements in at most 6 dimensions"),
                            1);
    }
    t.dims.assign(dims.begin(), dims.end());
    const int32_t i = graph_.add(std::move(t));
    graph_.inputs.push_back(i);
    values_[v.name] = i;
  }
}

int32_t Lowering::load(const Constant& c) {
  if (!c.data) refuse(fmt::format("the constant '{}' is of {}", c.name, element_name(c.element)), "only numbers can be imported");
  if (c.dims.size() > kMostRank) refuse(fmt::format("the constant '{}' has {} dimensions; at most 6 are possible", c.name, c.dims.size()));
  ir::Tensor t;
  t.name = c.name, t.type = *graph_type(c.element), t.data = c.data;
  t.dims.assign(c.dims.begin(), c.dims.end());
  if (t.type == Type::kFloat32) {
    const auto v = t.values<float>();
    const auto bad = std::find_if(v.begin(), v.end(), [](float f) { return std::isnan(f); });
    if (bad != v.end()) {
      throw DiagnosticError(diagnostic("nan-weight", fmt::format("the constant '{}' has NaN at element {}", c.name, bad - v.begin()),
                                       "the training has diverged; export an earlier checkpoint"),
                            1);
    }
  }
  return graph_.add(std::move(t));
}

int32_t Lowering::find(const std::string& name) {
  const auto value = values_.find(name);
  if (value != values_.end()) return value->second;
  const auto constant = pending_.find(name);
  if (constant == pending_.end()) {
    refuse(fmt::format("nothing makes its input '{}'", name), "the file is damaged, or its nodes are not in order");
  }
  return values_[name] = load(*constant->second);
}

int32_t Lowering::in(size_t i) {
  if (!has(i)) refuse(fmt::format("input {} is missing", i), "the file is damaged");
  return find(node_->inputs[i]);
}

bool Lowering::has_four_bits(size_t i) const {
  const auto c = has(i) ? pending_.find(node_->inputs[i]) : pending_.end();
  return c != pending_.end() && (c->second->element == Element::kInt4 || c->second->element == Element::kUint4);
}

bool Lowering::wants(size_t output) const {
  if (output >= node_->outputs.size() || node_->outputs[output].empty()) return false;
  const auto found = readers_.find(node_->outputs[output]);
  return found != readers_.end() && found->second > 0;
}

void Lowering::out(size_t i, int32_t tensor) {
  if (i >= node_->outputs.size() || node_->outputs[i].empty()) return;
  const std::string& name = node_->outputs[i];
  values_[name] = tensor;
  const bool is_input = std::find(graph_.inputs.begin(), graph_.inputs.end(), tensor) != graph_.inputs.end();
  if (!is_input && !constant(tensor)) graph_[tensor].name = name;
}

void Lowering::lower(const Node& node) {
  node_ = &node;
  const std::string domain = node.domain == "ai.onnx" ? "" : node.domain;
  const auto found = operators_by_name().find(domain + ":" + node.type);
  if (found == operators_by_name().end()) {
    refuse("the operator is not supported", "docs/onnx.md lists what can be imported; replace it before exporting, or cut the model there");
  }
  for (const std::string& o : node.outputs) {
    if (!o.empty() && values_.count(o) != 0) refuse(fmt::format("its output '{}' exists already", o), "the file is damaged");
  }
  found->second->convert(*this);
}

void Lowering::inline_body(const Body& body) {
  const Node* outer = node_;
  declare(body);
  for (const Node& n : body.nodes) lower(n);
  node_ = outer;
  for (size_t i = 0; i < body.outputs.size() && i < outer->outputs.size(); ++i) out(i, find(body.outputs[i].name));
}

void Lowering::finish_outputs() {
  for (const Value& v : source_.main.outputs) {
    int32_t t = find(v.name);
    const bool is_input = std::find(graph_.inputs.begin(), graph_.inputs.end(), t) != graph_.inputs.end();
    const bool again = std::find(graph_.outputs.begin(), graph_.outputs.end(), t) != graph_.outputs.end();
    if (is_input || again || constant(t)) {
      // A copy, so that each output is a tensor of its own.
      const int32_t from = t;
      if (graph_[from].dims.size() == 1 && graph_[from].dims[0] == 0) refuse(fmt::format("output '{}' is empty", v.name));
      ir::Op op;
      op.code = Builtin::RESHAPE;
      op.inputs = {from, int32s(dims(from))};
      op.set("new_shape", dims(from));
      ir::Tensor made;
      made.name = v.name, made.type = type(from), made.dims = dims(from);
      op.source = "output '" + v.name + "'";
      t = graph_.add(std::move(made));
      op.outputs = {t};
      graph_.ops.push_back(std::move(op));
    }
    graph_[t].name = v.name;
    graph_.outputs.push_back(t);
  }
  if (graph_.outputs.empty()) refuse("the model has no outputs", "the file is damaged");
}

int32_t Lowering::axis(int64_t a, int32_t rank) const {
  if (a < -rank || a >= rank) refuse(fmt::format("axis {} lies outside of {} dimensions", a, rank), "the file is damaged");
  return static_cast<int32_t>(a < 0 ? a + rank : a);
}

std::vector<double> Lowering::numbers(int32_t t, const char* what) const {
  const ir::Tensor& c = graph_[t];
  if (!c.constant()) {
    refuse(fmt::format("its {} is computed while the model runs", what), "export with fixed shapes; onnxsim can fold what is constant");
  }
  std::vector<double> out;
  const auto read = [&]<class T>(T) {
    for (const T v : c.values<T>()) out.push_back(static_cast<double>(v));
  };
  switch (c.type) {
    case Type::kFloat32: read(float()); break;
    case Type::kInt32: read(int32_t()); break;
    case Type::kUint32: read(uint32_t()); break;
    case Type::kInt64: read(int64_t()); break;
    case Type::kUint64: read(uint64_t()); break;
    case Type::kInt16: read(int16_t()); break;
    case Type::kUint16: read(uint16_t()); break;
    case Type::kInt8: read(int8_t()); break;
    case Type::kBool:
    case Type::kUint8: read(uint8_t()); break;
    default: refuse(fmt::format("its {} is of {}", what, type_name(c.type)));
  }
  return out;
}

Ints Lowering::ints(int32_t t, const char* what) const {
  if (graph_[t].constant() && type(t) == Type::kInt64) {  // beyond what a double holds exactly
    const auto v = graph_[t].values<int64_t>();
    return {v.begin(), v.end()};
  }
  Ints out;
  for (const double v : numbers(t, what)) out.push_back(static_cast<int64_t>(std::clamp(v, -9e18, 9e18)));
  return out;
}

std::vector<float> Lowering::floats(int32_t t, const char* what) const {
  const std::vector<double> v = numbers(t, what);
  return {v.begin(), v.end()};
}

int32_t Lowering::constant(Type type, const Dims& dims, ir::Bytes data) { return graph_.add_constant("", type, dims, std::move(data)); }
int32_t Lowering::int32s(const std::vector<int32_t>& values) { return graph_.add_int32("", values); }

int32_t Lowering::int64s(const Ints& values, bool is_scalar) {
  ir::Tensor t;
  t.type = Type::kInt64;
  if (!is_scalar) t.dims = {static_cast<int32_t>(values.size())};
  t.set_values<int64_t>(values);
  return graph_.add(std::move(t));
}

int32_t Lowering::floats(const Dims& dims, const std::vector<float>& values) { return graph_.add_floats("", dims, values); }
int32_t Lowering::scalar(float value) { return graph_.add_floats("", {}, std::span(&value, 1)); }

int32_t Lowering::scalar_like(int32_t t, double value) {
  if (is_float(t)) return scalar(static_cast<float>(value));
  ir::Bytes bytes(type_bytes(type(t)));
  const auto whole = static_cast<int64_t>(value);
  std::memcpy(bytes.data(), &whole, bytes.size());
  return constant(type(t), {}, std::move(bytes));
}

}  // namespace midge::onnx
