// The driver: all passes in turn, again until a whole round changes nothing.
#include <fmt/format.h>

#include <map>
#include <stdexcept>

#include "compiler/optimize/pass.h"

namespace midge {

#define MIDGE_PASS(function, what) bool function(ir::Graph& graph, PassContext& context);
#include "compiler/optimize/passes.def"
#undef MIDGE_PASS

namespace {

/// What is wrong with the graph, for passes that index and multiply without looking; empty if nothing is. What the operators
/// themselves want is not looked at.
std::string problem(const ir::Graph& graph) {
  constexpr int64_t kMostElements = int64_t{1} << 40;
  const auto size = static_cast<int32_t>(graph.tensors.size());
  std::vector<bool> there(graph.tensors.size());
  for (size_t t = 0; t < graph.tensors.size(); ++t) {
    const ir::Tensor& tensor = graph.tensors[t];
    there[t] = tensor.constant() || tensor.is_variable;
    int64_t count = 1;
    for (const int32_t d : tensor.dims) {
      if (d < -1) return "tensor '" + tensor.name + "' has a negative dimension";
      count *= d < 1 ? 1 : d;
      if (count > kMostElements) return "tensor '" + tensor.name + "' is too large";
    }
    const bool sized = tensor.constant() && type_bits(tensor.type) != 0;
    if (sized && tensor.data->size() != tensor.bytes()) return "constant '" + tensor.name + "' has another size than its dimensions";
    const ir::Quantization& q = tensor.quantization;
    if (q.scales.size() != q.zero_points.size()) return "tensor '" + tensor.name + "' has not as many zero points as scales";
  }
  for (const int32_t t : graph.inputs) {
    if (t < 0 || t >= size) return "an input is no tensor";
    there[static_cast<size_t>(t)] = true;
  }
  for (const ir::Op& op : graph.ops) {
    for (const int32_t t : op.inputs) {
      if (t < -1 || t >= size) return ir::describe(op) + " reads what is no tensor";
      if (t >= 0 && !there[static_cast<size_t>(t)]) return ir::describe(op) + " reads '" + graph[t].name + "' before it is made";
    }
    for (const int32_t t : op.outputs) {
      if (t < 0 || t >= size) return ir::describe(op) + " makes what is no tensor";
      if (there[static_cast<size_t>(t)] && !graph[t].is_variable) return ir::describe(op) + " makes '" + graph[t].name + "' again";
      there[static_cast<size_t>(t)] = true;
    }
    for (const int32_t t : op.intermediates) {
      if (t < -1 || t >= size) return ir::describe(op) + " has an intermediate that is no tensor";
    }
  }
  for (const int32_t t : graph.outputs) {
    if (t < 0 || t >= size) return "an output is no tensor";
    if (!there[static_cast<size_t>(t)]) return "nothing makes output '" + graph[t].name + "'";
  }
  return "";
}

void require_plain(const ir::Graph& graph) {
  const std::string what = problem(graph);
  if (what.empty()) return;
  Diagnostic d;
  d.id = "graph-unsound", d.message = what, d.hint = "the file is damaged or was written wrongly: export the model again";
  throw DiagnosticError(d, 1);
}

/// A TRANSPOSE of activations that is left costs time and memory on the device: the user should know.
void warn_of_transposes(const ir::Graph& graph, std::vector<Diagnostic>& warnings) {
  for (size_t k = 0; k < graph.ops.size(); ++k) {
    const ir::Op& op = graph.ops[k];
    if (op.code != Builtin::TRANSPOSE || op.outputs.size() != 1) continue;
    const ir::Tensor& out = graph[op.outputs[0]];
    Diagnostic d;
    d.id = "transpose-left", d.operator_index = static_cast<int>(k), d.operator_name = "TRANSPOSE";
    d.tensor_index = op.outputs[0], d.tensor_name = out.name;
    d.message = "a TRANSPOSE of " + ir::type_and_dims(out) + " stays in the network" + (op.source.empty() ? "" : " (" + op.source + ")");
    d.hint = "it moves each element once for every inference; a model that keeps one layout does not need it";
    warnings.push_back(std::move(d));
  }
}

}  // namespace

std::vector<PassInfo> all_passes() {
  return {
#define MIDGE_PASS(function, what) {#function, what, function},
#include "compiler/optimize/passes.def"
#undef MIDGE_PASS
  };
}

void optimize(ir::Module& module, std::vector<Diagnostic>& warnings, bool keep_layout, std::vector<std::string>* log) {
  // Every pass makes a graph smaller or simpler, so rounds end by themselves. The bound guards against two that undo each other.
  constexpr int kMostRounds = 40;
  const std::vector<PassInfo> passes = all_passes();
  std::vector<int> changes(passes.size());
  for (const ir::Graph& graph : module.graphs) require_plain(graph);
  for (ir::Graph& graph : module.graphs) {
    PassContext context{module, warnings, keep_layout};
    graph.remove_dead();
    bool changed = true;
    for (int round = 0; changed && round < kMostRounds; ++round) {
      changed = false;
      for (size_t p = 0; p < passes.size(); ++p) {
        if (!passes[p].run(graph, context)) continue;
        const std::string what = problem(graph);
        if (!what.empty()) throw std::logic_error(fmt::format("pass {}: {}", passes[p].name, what));
        changed = true, ++changes[p];
      }
    }
    warn_of_transposes(graph, warnings);
  }
  if (log == nullptr) return;
  for (size_t p = 0; p < passes.size(); ++p) {
    if (changes[p] > 0) log->push_back(fmt::format("{} ({})", passes[p].name, changes[p]));
  }
}

}  // namespace midge
