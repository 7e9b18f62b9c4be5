#include "compiler/execute/one_op.h"

#include <algorithm>

#include "compiler/emit/tflite.h"
#include "verify/host_model.h"

namespace midge {

OneOp::OneOp(const ir::Graph& graph, const ir::Op& op, Contract contract) {
  ir::Module module;
  ir::Graph& alone = module.graphs.emplace_back();
  ir::Op copy = op;
  std::map<int32_t, int32_t> moved;  // two inputs may be one tensor
  for (int32_t& i : copy.inputs) {
    if (i < 0) {
      graph_inputs_.push_back(-1);
      continue;
    }
    const auto [at, added] = moved.try_emplace(i, static_cast<int32_t>(alone.tensors.size()));
    const bool given = !graph[i].constant() && !graph[i].is_variable;
    if (added) {
      alone.add(graph[i]);
      if (given) alone.inputs.push_back(at->second);
    }
    const auto place = std::find(alone.inputs.begin(), alone.inputs.end(), at->second);
    graph_inputs_.push_back(given ? static_cast<int32_t>(place - alone.inputs.begin()) : -1);
    i = at->second;
  }
  for (auto* list : {&copy.outputs, &copy.intermediates}) {
    for (int32_t& i : *list) {
      ir::Tensor t = graph[i];
      t.data = nullptr;  // a graph that is being folded may know it already
      if (list == &copy.outputs) t.dims.assign(1, 1);  // prepare() sets them
      i = alone.add(std::move(t));
    }
  }
  alone.outputs = copy.outputs;
  alone.ops.push_back(std::move(copy));
  const std::string name = ir::describe(op);
  host_ = std::make_unique<HostModel>(emit_tflite(module), name, contract);
  host_->allocate();
  for (const int32_t i : alone.outputs) {
    const Shape& shape = host_->shape(static_cast<uint32_t>(i));
    output_dims_.emplace_back(shape.dims, shape.dims + shape.rank);
  }
}

OneOp::~OneOp() = default;
OneOp::OneOp(OneOp&&) noexcept = default;

void OneOp::run(std::span<const std::span<const uint8_t>> inputs) {
  for (size_t i = 0; i < graph_inputs_.size(); ++i) {
    if (graph_inputs_[i] < 0) continue;
    const TensorView view = host_->interpreter().input(static_cast<uint32_t>(graph_inputs_[i]));
    std::memcpy(view.data, inputs[i].data(), view.bytes);
  }
  host_->invoke();
}

void OneOp::reset() { host_->reset_variables(); }

std::span<const uint8_t> OneOp::output(size_t i) const {
  const TensorView view = host_->interpreter().output(static_cast<uint32_t>(i));
  return {static_cast<const uint8_t*>(view.data), view.bytes};
}

void infer_dims(ir::Graph& graph, const ir::Op& op) {
  const OneOp one(graph, op);
  for (size_t i = 0; i < op.outputs.size(); ++i) graph[op.outputs[i]].dims = one.output_dims()[i];
}

}  // namespace midge
