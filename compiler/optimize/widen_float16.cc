#include "compiler/optimize/widen_float16.h"

#include <algorithm>

#include "base/float16.h"

namespace midge {
namespace {

bool is_output(const ir::Graph& g, int32_t tensor) { return std::find(g.outputs.begin(), g.outputs.end(), tensor) != g.outputs.end(); }

bool widens(const ir::Graph& g, const ir::Op& op) {
  if (op.code != Builtin::DEQUANTIZE || op.inputs.size() != 1 || op.outputs.size() != 1 || op.inputs[0] < 0) return false;
  const ir::Tensor& from = g[op.inputs[0]];
  const ir::Tensor& to = g[op.outputs[0]];
  return from.constant() && from.type == Type::kFloat16 && to.type == Type::kFloat32 && !is_output(g, op.outputs[0]) &&
         from.data->size() == from.bytes();
}

}  // namespace

size_t widen_float16(ir::Module& module) {
  size_t widened = 0;
  for (ir::Graph& g : module.graphs) {
    const size_t before = g.ops.size();
    std::erase_if(g.ops, [&](const ir::Op& op) {
      if (!widens(g, op)) return false;
      std::vector<float> values;
      for (const uint16_t half : g[op.inputs[0]].values<uint16_t>()) values.push_back(float_of_half(half));
      ir::Tensor& to = g[op.outputs[0]];
      to.dims = g[op.inputs[0]].dims, to.quantization = {};
      to.set_values<float>(values);
      return true;
    });
    widened += before - g.ops.size();
    if (before != g.ops.size()) g.remove_dead();
  }
  return widened;
}

}  // namespace midge
