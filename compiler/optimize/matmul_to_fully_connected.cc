// x * B with a constant matrix B is a FULLY_CONNECTED with weights B transposed, which has a bias, a fused activation and faster kernels.
// B has rank 2, or leading dimensions of 1; x is not transposed. Float only: the integer kernels of the two round differently.
#include "compiler/optimize/editor.h"
#include "compiler/optimize/pass.h"
#include "compiler/optimize/values.h"

namespace midge {
namespace {

using ir::Op;

bool convert(Editor& e, size_t k) {
  const ir::Graph& graph = e.graph();
  const Op& op = e.op(k);
  if (op.code != Builtin::BATCH_MATMUL || op.inputs.size() != 2 || op.outputs.size() != 1) return false;
  const int32_t a = op.inputs[0], b = op.inputs[1], out = op.outputs[0];
  if (a < 0 || b < 0 || graph[a].constant() || !graph[b].constant() || !is_float(graph[a]) || !is_float(graph[b]) || !is_float(graph[out]))
    return false;
  if (op.integer("adj_x") != 0 || graph[a].dims.size() < 2 || graph[b].dims.size() < 2) return false;
  ir::Tensor weights = graph[b];
  const size_t rank = weights.dims.size();
  const int32_t rows = weights.dims[rank - 2], columns = weights.dims[rank - 1];
  const bool stored_transposed = op.integer("adj_y") != 0;
  if (int64_t{rows} * columns != weights.count()) return false;
  ir::Dims expected = graph[a].dims;
  if (expected.back() != (stored_transposed ? columns : rows)) return false;
  expected.back() = stored_transposed ? rows : columns;
  if (graph[out].dims != expected) return false;
  weights.dims = {rows, columns};
  if (!stored_transposed) weights = transposed(weights, {1, 0});
  Op changed;
  changed.code = Builtin::FULLY_CONNECTED, changed.source = op.source, changed.outputs = op.outputs;
  changed.inputs = {a, e.add(std::move(weights))};
  if (expected.size() != 2) changed.set("keep_num_dims", int64_t{1});
  e.replace(k, std::move(changed));
  return true;
}

}  // namespace

bool matmul_to_fully_connected(ir::Graph& graph, PassContext&) {
  Editor e(graph);
  for (size_t k = 0; k < e.size(); ++k) convert(e, k);
  return e.finish();
}

}  // namespace midge
