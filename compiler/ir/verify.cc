#include "compiler/ir/verify.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "compiler/execute/one_op.h"
#include "compiler/ir/options.h"

namespace midge {
namespace {

struct Arity {
  size_t inputs, outputs;
};

Arity arity_of(Builtin code) {
  switch (code) {
#define MIDGE_ARITY(name, inputs, outputs) \
  case Builtin::name: return {inputs, outputs};
#include "compiler/ir/arity.def"
    case Builtin::CUSTOM: return {0, 0};
    default: return {1, 1};
  }
}

class Verifier {
 public:
  Verifier(const ir::Module& module, const ir::Graph& graph, std::vector<Diagnostic>& findings)
      : module_(module), graph_(graph), findings_(findings) {}

  void run() {
    const auto count = static_cast<int32_t>(graph_.tensors.size());
    const auto check_list = [&](const std::vector<int32_t>& list, bool optional, int op) {
      for (const int32_t i : list) {
        if (i >= count || i < (optional ? -1 : 0)) add(op, -1, fmt::format("tensor index {} is out of range", i)), broken_ = true;
      }
    };
    check_list(graph_.inputs, false, -1), check_list(graph_.outputs, false, -1);
    for (size_t k = 0; k < graph_.ops.size(); ++k) {
      const ir::Op& op = graph_.ops[k];
      check_list(op.inputs, true, static_cast<int>(k)), check_list(op.outputs, false, static_cast<int>(k));
      check_list(op.intermediates, true, static_cast<int>(k));
    }
    if (broken_) return;  // what follows would read past the lists
    holds_no_data_.resize(graph_.tensors.size());
    for (const ir::Op& op : graph_.ops) {
      for (const int32_t i : op.intermediates) {
        if (i >= 0) holds_no_data_[static_cast<size_t>(i)] = true;
      }
    }
    for (int32_t i = 0; i < count; ++i) check_tensor(i);
    check_order();
    for (size_t k = 0; k < graph_.ops.size(); ++k) check_op(static_cast<int>(k));
  }

 private:
  void add(int op, int32_t tensor, std::string message) {
    Diagnostic d;
    d.id = "unsound", d.message = std::move(message);
    if (op >= 0) d.operator_index = op, d.operator_name = ir::describe(graph_.ops[static_cast<size_t>(op)]);
    if (tensor >= 0) d.tensor_index = tensor, d.tensor_name = graph_[tensor].name;
    findings_.push_back(std::move(d));
  }

  void check_tensor(int32_t i) {
    const ir::Tensor& t = graph_[i];
    const ir::Quantization& q = t.quantization;
    if (t.dims.size() > 6) add(-1, i, "it has more than 6 dimensions");
    if (t.type > Type::kFloat8E5m2) add(-1, i, fmt::format("it has element type {}, which is not known", static_cast<int>(t.type)));
    if (holds_no_data_[static_cast<size_t>(i)]) return;
    if (std::any_of(t.dims.begin(), t.dims.end(), [](int32_t d) { return d <= 0; })) {
      add(-1, i, fmt::format("{} has a dimension that is not positive", ir::type_and_dims(t)));
      return;
    }
    int64_t left = INT64_C(0x7fffffff);  // what a file can hold; and what count() can compute with
    for (const int32_t d : t.dims) left /= d;
    if (left == 0) {
      add(-1, i, fmt::format("{} has more elements than a file can hold", ir::type_and_dims(t)));
      return;
    }
    if (t.constant() && type_bits(t.type) != 0 && t.data->size() != t.bytes()) {
      add(-1, i, fmt::format("the constant has {} bytes, {} needs {}", t.data->size(), ir::type_and_dims(t), t.bytes()));
    }
    if (q.scales.size() != q.zero_points.size() && !q.zero_points.empty()) add(-1, i, "scales and zero points differ in number");
    if (q.per_channel()) {
      // A vector has one axis, whatever the file says.
      const int32_t axis_of = t.dims.size() == 1 ? 0 : q.dimension;
      const bool axis = axis_of >= 0 && axis_of < static_cast<int32_t>(t.dims.size());
      if (!axis || t.dims[static_cast<size_t>(axis_of)] != static_cast<int32_t>(q.scales.size()))
        add(-1, i, "the scales do not match the channels");
    }
    for (const float s : q.scales) {
      if (!std::isfinite(s) || s < 0) {
        add(-1, i, fmt::format("{} is no scale", s));
        break;
      }
    }
  }

  void check_order() {
    std::vector<uint8_t> known(graph_.tensors.size(), 0);
    for (size_t i = 0; i < known.size(); ++i) known[i] = graph_.tensors[i].constant() || graph_.tensors[i].is_variable;
    for (const int32_t i : graph_.inputs) {
      if (graph_[i].constant()) add(-1, i, "a constant is a graph input");
      known[static_cast<size_t>(i)] = 1;
    }
    for (size_t k = 0; k < graph_.ops.size(); ++k) {
      for (const int32_t i : graph_.ops[k].inputs) {
        // A custom operator may have tensors of its own among its inputs, as scratch.
        if (i >= 0 && known[static_cast<size_t>(i)] == 0 && graph_.ops[k].code != Builtin::CUSTOM)
          add(static_cast<int>(k), i, "it is read before anything has made it");
      }
      for (const int32_t i : graph_.ops[k].outputs) {
        if (known[static_cast<size_t>(i)] != 0 && !graph_[i].is_variable)
          add(static_cast<int>(k), i, "it is made twice, or is a constant or an input");
        known[static_cast<size_t>(i)] = 1;
      }
    }
    for (const int32_t i : graph_.outputs) {
      if (known[static_cast<size_t>(i)] == 0) add(-1, i, "nothing makes this output");
    }
  }

  void check_op(int k) {
    const ir::Op& op = graph_.ops[static_cast<size_t>(k)];
    const Arity least = arity_of(op.code);
    const bool present =
        op.inputs.size() >= least.inputs &&
        std::none_of(op.inputs.begin(), op.inputs.begin() + static_cast<std::ptrdiff_t>(least.inputs), [](int32_t i) { return i < 0; });
    if (!present || op.outputs.size() < least.outputs) {
      add(k, -1, fmt::format("it needs {} inputs and {} outputs at least", least.inputs, least.outputs));
      return;
    }
    for (const auto& [name, value] : op.options) {
      const ir::OptionInfo* info = ir::find_option(op.code, name);
      if (info == nullptr) {
        add(k, -1, fmt::format("the operator has no option '{}'", name));
      } else if (value.index() != kind_of(*info).index()) {
        add(k, -1, fmt::format("option '{}' has a value of the wrong kind", name));
      }
    }
    for (const char* callee :
         {"then_subgraph_index", "else_subgraph_index", "cond_subgraph_index", "body_subgraph_index", "init_subgraph_index"}) {
      const auto found = op.options.find(callee);
      if (found == op.options.end()) continue;
      const int64_t g = op.integer(callee);
      if (g < 0 || g >= static_cast<int64_t>(module_.graphs.size()))
        add(k, -1, fmt::format("{} is {}, there is no such subgraph", callee, g));
    }
    check_bias(k, op);
  }

  /// An option's value of the kind that the list says.
  static ir::Option kind_of(const ir::OptionInfo& info) {
    switch (info.kind) {
      case ir::OptionKind::kFloat: return double{};
      case ir::OptionKind::kInts: return std::vector<int32_t>();
      case ir::OptionKind::kFloats: return std::vector<float>();
      case ir::OptionKind::kText: return std::string();
      default: return int64_t{};
    }
  }

  /// The bias of an int8 convolution has the scale of its products, or the kernel would not add like to like.
  void check_bias(int k, const ir::Op& op) {
    constexpr double kTolerance = 0.02;  // what LiteRT tolerates of the output's scale
    if (op.code != Builtin::CONV_2D && op.code != Builtin::DEPTHWISE_CONV_2D && op.code != Builtin::FULLY_CONNECTED) return;
    const int32_t b = op.input(2);
    if (b < 0 || graph_[b].type != Type::kInt32 || !graph_[b].quantization.present()) return;
    const ir::Quantization& x = graph_[op.inputs[0]].quantization;
    const ir::Quantization& w = graph_[op.inputs[1]].quantization;
    const ir::Quantization& bias = graph_[b].quantization;
    if (x.scales.size() != 1 || bias.scales.size() != w.scales.size()) return;
    for (size_t c = 0; c < bias.scales.size(); ++c) {
      const double product = double{x.scales[0]} * w.scales[c];
      if (std::abs(product - bias.scales[c]) > kTolerance * std::max(product, double{bias.scales[c]})) {
        add(k, b, fmt::format("channel {}: the bias has scale {}, input times weights {}", c, bias.scales[c], product));
        return;
      }
    }
  }

  const ir::Module& module_;
  const ir::Graph& graph_;
  std::vector<Diagnostic>& findings_;
  bool broken_ = false;
  std::vector<bool> holds_no_data_;  ///< tensors that have only the scales of what an operator computes inside
};

void check_signatures(const ir::Module& module, std::vector<Diagnostic>& findings) {
  for (const ir::Signature& s : module.signatures) {
    const bool known = s.graph >= 0 && static_cast<size_t>(s.graph) < module.graphs.size();
    const auto fits = [](const auto& names, const std::vector<int32_t>& list) {
      return std::all_of(names.begin(), names.end(),
                         [&](const auto& n) { return n.second >= 0 && static_cast<size_t>(n.second) < list.size(); });
    };
    if (known && fits(s.inputs, module.graphs[static_cast<size_t>(s.graph)].inputs) &&
        fits(s.outputs, module.graphs[static_cast<size_t>(s.graph)].outputs)) {
      continue;
    }
    Diagnostic& d = findings.emplace_back();
    d.id = "unsound", d.message = fmt::format("signature '{}' names a graph, an input or an output that there is not", s.key);
  }
}

}  // namespace

std::vector<Diagnostic> verify(const ir::Module& module) {
  std::vector<Diagnostic> out;
  for (const ir::Graph& g : module.graphs) Verifier(module, g, out).run();
  check_signatures(module, out);
  return out;
}

std::vector<Diagnostic> verify_kernels(const ir::Module& module) {
  std::vector<Diagnostic> out;
  for (const ir::Graph& g : module.graphs) {
    for (size_t k = 0; k < g.ops.size(); ++k) {
      const ir::Op& op = g.ops[k];
      Diagnostic d;
      d.id = "unsound", d.operator_index = static_cast<int>(k), d.operator_name = ir::describe(op);
      try {
        const OneOp one(g, op);
        for (size_t i = 0; i < op.outputs.size(); ++i) {
          const ir::Tensor& t = g[op.outputs[i]];
          if (t.dims == one.output_dims()[i]) continue;
          d.tensor_index = op.outputs[i], d.tensor_name = t.name;
          d.message = fmt::format("it is {}, the kernel makes [{}]", ir::type_and_dims(t), fmt::join(one.output_dims()[i], ","));
          out.push_back(d);
        }
      } catch (const DiagnosticError& e) {
        d.message = e.diagnostic.message;
        out.push_back(std::move(d));
      }
    }
  }
  return out;
}

void require_sound(const ir::Module& module, const std::string& stage) {
  std::vector<Diagnostic> findings = verify(module);
  if (findings.empty()) return;
  Diagnostic d = findings.front();
  d.message = fmt::format("after '{}': {}", stage, d.message);
  const bool imported = stage == "import";
  d.hint = imported ? "the file is damaged, or its writer is wrong" : "this is a bug of the converter: please report it, with the model if you can";
  throw DiagnosticError(d, imported ? 1 : 2);
}

}  // namespace midge
