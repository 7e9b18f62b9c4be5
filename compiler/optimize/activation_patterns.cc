// Activations that a model spells out: HARD_SWISH, GELU, RELU6 and others, recognised by what the operators compute.
//
// A spelled-out activation is a piece of the graph that reads one tensor, and else only single numbers, through elementwise operators.
// So it is a function of one number. It is evaluated on a grid and compared with the functions that the format has an operator for. All
// the ways of writing one (x * relu6(x + 3) / 6, x * clip(x / 6 + 0.5, 0, 1), ...) are found without a list of them.
//
// Float only. The grid is dense where these functions bend and reaches far out, so that a clip at a large number is not missed.
// Deliberately not recognised: x * sigmoid(x), which stays LOGISTIC and MUL, as TensorFlow Lite Micro runs it.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "compiler/optimize/editor.h"
#include "compiler/optimize/pass.h"
#include "compiler/optimize/values.h"

namespace midge {
namespace {

using ir::Op;

const std::vector<double>& grid() {
  static const std::vector<double> points = [] {
    std::vector<double> out;
    for (int i = -160; i <= 160; ++i) out.push_back(i / 16.0 + 0.013);
    for (double far = 12; far < 1e4; far *= 1.9) out.push_back(far), out.push_back(-far);
    return out;
  }();
  return points;
}

double activate(Activation a, double x) {
  switch (a) {
    case Activation::kRelu: return std::max(x, 0.0);
    case Activation::kRelu6: return std::clamp(x, 0.0, 6.0);
    case Activation::kReluN1To1: return std::clamp(x, -1.0, 1.0);
    default: return x;
  }
}

double logistic(double x) { return 1 / (1 + std::exp(-x)); }
double gelu(double x) { return 0.5 * x * std::erfc(-x * M_SQRT1_2); }
double gelu_tanh(double x) { return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x))); }
double hard_swish(double x) { return x * std::clamp(x + 3, 0.0, 6.0) / 6; }

/// One operator on numbers; nothing where it is not one of these.
std::optional<double> evaluate(const Op& op, double a, double b) {
  switch (op.code) {
    case Builtin::ADD: return activate(op.activation(), a + b);
    case Builtin::SUB: return activate(op.activation(), a - b);
    case Builtin::MUL: return activate(op.activation(), a * b);
    case Builtin::DIV: return activate(op.activation(), a / b);
    case Builtin::MAXIMUM: return std::max(a, b);
    case Builtin::MINIMUM: return std::min(a, b);
    case Builtin::POW: return std::pow(a, b);
    case Builtin::PRELU: return a >= 0 ? a : a * b;
    case Builtin::ABS: return std::abs(a);
    case Builtin::NEG: return -a;
    case Builtin::EXP: return std::exp(a);
    case Builtin::LOG: return std::log(a);
    case Builtin::SQRT: return std::sqrt(a);
    case Builtin::RSQRT: return 1 / std::sqrt(a);
    case Builtin::SQUARE: return a * a;
    case Builtin::TANH: return std::tanh(a);
    case Builtin::LOGISTIC: return logistic(a);
    case Builtin::RELU: return activate(Activation::kRelu, a);
    case Builtin::RELU6: return activate(Activation::kRelu6, a);
    case Builtin::RELU_N1_TO_1: return activate(Activation::kReluN1To1, a);
    case Builtin::RELU_0_TO_1: return std::clamp(a, 0.0, 1.0);
    case Builtin::LEAKY_RELU: return a >= 0 ? a : a * op.real("alpha");
    case Builtin::ELU: return a >= 0 ? a : std::expm1(a);
    case Builtin::HARD_SWISH: return hard_swish(a);
    case Builtin::GELU: return op.integer("approximate") != 0 ? gelu_tanh(a) : gelu(a);
    case Builtin::CUSTOM: return op.custom_name == "Erf" || op.custom_name == "FlexErf" ? std::optional(std::erf(a)) : std::nullopt;
    default: return {};
  }
}

/// Operators between one tensor and the last operator's output.
struct Piece {
  std::set<int32_t> ops;  ///< in order
  int32_t from = -1;
};

std::optional<double> value_of(const ir::Graph& graph, const std::map<int32_t, double>& known, int32_t t) {
  if (const auto at = known.find(t); at != known.end()) return at->second;
  const auto c = uniform_float(graph, t);
  return c ? std::optional<double>(*c) : std::nullopt;
}

std::optional<double> evaluate(const Editor& e, const ir::Graph& graph, const Piece& piece, double x) {
  std::map<int32_t, double> known = {{piece.from, x}};
  double last = x;
  for (const int32_t k : piece.ops) {
    const Op& op = e.op(static_cast<size_t>(k));
    const auto a = value_of(graph, known, op.input(0));
    const auto b = op.inputs.size() == 2 ? value_of(graph, known, op.input(1)) : std::optional<double>(0);
    if (!a || !b) return {};
    const auto y = evaluate(op, *a, *b);
    if (!y) return {};
    last = known[op.outputs[0]] = *y;
  }
  return last;
}

struct Target {
  Builtin code;
  std::map<std::string, ir::Option> options;
  std::function<double(double)> f;
};

std::vector<Target> targets(double at_minus_one) {
  const double alpha = -static_cast<float>(at_minus_one);
  return {
      {Builtin::RELU, {}, [](double x) { return std::max(x, 0.0); }},
      {Builtin::RELU6, {}, [](double x) { return std::clamp(x, 0.0, 6.0); }},
      {Builtin::HARD_SWISH, {}, hard_swish},
      {Builtin::GELU, {}, gelu},
      {Builtin::GELU, {{"approximate", int64_t{1}}}, gelu_tanh},
      {Builtin::LOGISTIC, {}, logistic},
      {Builtin::ELU, {}, [](double x) { return x >= 0 ? x : std::expm1(x); }},
      {Builtin::LEAKY_RELU, {{"alpha", alpha}}, [alpha](double x) { return x >= 0 ? x : alpha * x; }},
  };
}

/// The constants of an export are float32, and 0.797884... is sometimes 0.7978845: a relative difference of 1e-6 is the same function.
bool equal(double a, double b) { return std::abs(a - b) <= 2e-6 * std::max(1.0, std::abs(a)); }

const Target* find_target(const Editor& e, const ir::Graph& graph, const Piece& piece, std::vector<Target>& list) {
  const auto at_minus_one = evaluate(e, graph, piece, -1);
  if (!at_minus_one) return nullptr;
  list = targets(*at_minus_one);
  std::erase_if(list, [&](const Target& t) { return !equal(t.f(-1), *at_minus_one); });
  for (const double x : grid()) {
    if (list.empty()) return nullptr;
    const auto y = evaluate(e, graph, piece, x);
    // A spelled-out form may overflow far out where the function has a limit.
    std::erase_if(list, [&](const Target& t) { return !equal(t.f(x), *y); });
  }
  return list.empty() ? nullptr : &list.front();
}

/// Elementwise on numbers, and of the last operator's shape.
bool belongs(const Editor& e, const ir::Graph& graph, int32_t k, const ir::Dims& dims) {
  const Op& op = e.op(static_cast<size_t>(k));
  if (op.inputs.empty() || op.inputs.size() > 2 || op.outputs.size() != 1 || !evaluate(op, 1, 1)) return false;
  const ir::Tensor& out = graph[op.outputs[0]];
  return is_float(out) && out.dims == dims;
}

bool is_single_already(Builtin from, Builtin to) {
  return !((from == Builtin::PRELU && to == Builtin::LEAKY_RELU) || (from == Builtin::MAXIMUM && to == Builtin::RELU));
}

/// Grows a piece backwards from operator k until it reads one tensor and is one of the targets.
bool recognise(Editor& e, size_t k) {
  constexpr size_t kMost = 14;
  const ir::Graph& graph = e.graph();
  const int32_t end = e.op(k).outputs[0];
  const ir::Dims dims = graph[end].dims;
  if (!belongs(e, graph, static_cast<int32_t>(k), dims)) return false;
  Piece piece;
  // The tensors that the piece reads, by the operator that makes each: the latest is taken in first. -1 and below: no operator.
  std::set<std::pair<int32_t, int32_t>> reads = {{static_cast<int32_t>(k), end}};
  while (piece.ops.size() < kMost) {
    const auto [maker, t] = *reads.rbegin();
    if (maker < 0 || !belongs(e, graph, maker, dims)) return false;
    // What others read too would have to be computed all the same.
    const auto& readers = e.consumers(t);
    if (t != end && (e.is_output(t) || !std::all_of(readers.begin(), readers.end(), [&](int32_t r) { return piece.ops.contains(r); })))
      return false;
    reads.erase(std::prev(reads.end()));
    piece.ops.insert(maker);
    for (const int32_t in : e.op(static_cast<size_t>(maker)).inputs) {
      if (in < 0) return false;
      if (uniform_float(graph, in)) continue;
      if (graph[in].constant() || !is_float(graph[in]) || graph[in].dims != dims) return false;
      reads.insert({e.producer_index(in), in});
    }
    if (reads.size() != 1) {
      if (reads.empty()) return false;
      continue;
    }
    piece.from = reads.begin()->second;
    std::vector<Target> list;
    const Target* target = find_target(e, graph, piece, list);
    if (target == nullptr || (piece.ops.size() == 1 && is_single_already(e.op(k).code, target->code))) continue;
    Op op;
    op.code = target->code, op.options = target->options;
    op.inputs = {piece.from}, op.outputs = {end};
    for (const int32_t part : piece.ops) op.source = join_sources(op.source, e.op(static_cast<size_t>(part)).source);
    e.replace(k, std::move(op));
    return true;
  }
  return false;
}

}  // namespace

bool activation_patterns(ir::Graph& graph, PassContext&) {
  Editor e(graph);
  for (size_t k = e.size(); k-- > 0;) {  // from the back: the longest first
    if (e.op(k).outputs.size() == 1) recognise(e, k);
  }
  return e.finish();
}

}  // namespace midge
