// Constant folding. SHAPE and RANK of a tensor with known dimensions count as constants too. Left alone: what draws random numbers,
// has states or calls other graphs, custom operators, and graph outputs, which the operator that makes them keeps.
#include "compiler/optimize/constant_folding.h"

#include <algorithm>

#include "compiler/execute/one_op.h"
#include "compiler/optimize/editor.h"
#include "compiler/optimize/pass.h"
#include "compiler/optimize/values.h"

namespace midge {
namespace {

bool may_fold(const ir::Op& op) {
  switch (op.code) {
    case Builtin::HASHTABLE:
    case Builtin::HASHTABLE_FIND:
    case Builtin::HASHTABLE_IMPORT:
    case Builtin::HASHTABLE_SIZE: return false;
    default: return is_repeatable(op.code) && !op.inputs.empty() && !op.outputs.empty() && op.intermediates.empty();
  }
}

bool inputs_are_known(const ir::Graph& graph, const ir::Op& op) {
  if (op.code == Builtin::SHAPE || op.code == Builtin::RANK || op.code == Builtin::ZEROS_LIKE) {
    return op.inputs[0] >= 0 && has_dims(graph[op.inputs[0]]) && !graph[op.inputs[0]].is_variable;
  }
  return std::all_of(op.inputs.begin(), op.inputs.end(), [&](int32_t t) { return t < 0 || (graph[t].constant() && !graph[t].is_variable); });
}

}  // namespace

bool fold_constants(ir::Graph& graph, size_t growth) {
  Editor e(graph);
  for (size_t k = 0; k < e.size(); ++k) {
    const ir::Op& op = e.op(k);
    if (!may_fold(op) || !inputs_are_known(graph, op)) continue;
    size_t before = 0, after = 0;
    bool allowed = true;
    for (const int32_t t : op.inputs) before += t < 0 || !graph[t].constant() ? 0 : graph[t].data->size();
    for (const int32_t t : op.outputs) {
      allowed = allowed && has_dims(graph[t]) && type_bits(graph[t].type) != 0 && !e.is_output(t) && !graph[t].is_variable;
      after += graph[t].bytes();
    }
    if (!allowed || (after > before && after - before > growth)) continue;
    try {
      OneOp one(graph, op);
      std::vector<std::vector<uint8_t>> given;
      for (const int32_t t : op.inputs) given.emplace_back(t < 0 || graph[t].constant() ? 0 : graph[t].bytes());
      one.run(std::vector<std::span<const uint8_t>>(given.begin(), given.end()));
      for (size_t i = 0; i < op.outputs.size(); ++i) {
        ir::Tensor& out = graph[op.outputs[i]];
        const auto bytes = one.output(i);
        out.dims = one.output_dims()[i];
        out.data = std::make_shared<ir::Bytes>(bytes.begin(), bytes.end());
      }
    } catch (const DiagnosticError&) {
      continue;  // no kernel takes it here: the place to say so is where the graph is prepared
    }
    e.erase(k);
  }
  return e.finish();
}

bool constant_folding(ir::Graph& graph, PassContext&) { return fold_constants(graph); }

}  // namespace midge
