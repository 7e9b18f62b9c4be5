#include "compiler/ir/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/ir/options.h"

namespace midge {
namespace {

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
      check_list(op.intermediates, false, static_cast<int>(k));
    }
    if (broken_) return;  // what follows would read past the lists
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
    if (holds_no_data(i)) return;
    if (std::any_of(t.dims.begin(), t.dims.end(), [](int32_t d) { return d <= 0; })) {
      add(-1, i, fmt::format("{} has a dimension that is not positive", ir::type_and_dims(t)));
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

  /// Only the scales of something that an operator computes inside.
  bool holds_no_data(int32_t i) const {
    return std::any_of(graph_.ops.begin(), graph_.ops.end(), [&](const ir::Op& op) {
      return std::find(op.intermediates.begin(), op.intermediates.end(), i) != op.intermediates.end();
    });
  }

  void check_order() {
    std::vector<uint8_t> known(graph_.tensors.size(), 0);
    for (size_t i = 0; i < known.size(); ++i) known[i] = graph_.tensors[i].constant() || graph_.tensors[i].is_variable;
    for (const int32_t i : graph_.inputs) known[static_cast<size_t>(i)] = 1;
    for (size_t k = 0; k < graph_.ops.size(); ++k) {
      for (const int32_t i : graph_.ops[k].inputs) {
        if (i >= 0 && known[static_cast<size_t>(i)] == 0) add(static_cast<int>(k), i, "it is read before anything has made it");
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
    for (const auto& [name, value] : op.options) {
      if (ir::find_option(op.code, name) == nullptr) add(k, -1, fmt::format("the operator has no option '{}'", name));
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
};

}  // namespace

std::vector<Diagnostic> verify(const ir::Module& module) {
  std::vector<Diagnostic> out;
  for (const ir::Graph& g : module.graphs) Verifier(module, g, out).run();
  return out;
}

void require_sound(const ir::Module& module, const std::string& stage) {
  std::vector<Diagnostic> findings = verify(module);
  if (findings.empty()) return;
  Diagnostic d = findings.front();
  d.message = fmt::format("after '{}': {}", stage, d.message);
  d.hint = "this is a bug of the converter: please report it, with the model if you can";
  throw DiagnosticError(d, 2);
}

}  // namespace midge
