// The versions of operators, by the lines of versions.def.
#include <algorithm>

#include "compiler/emit/tflite.h"

namespace midge {
namespace {

/// What the conditions look at.
struct Signature {
  Signature(const ir::Graph& graph, const ir::Op& op) : graph_(graph), op_(op), inputs(op.inputs.size()) {
    while (inputs > 0 && op.inputs[inputs - 1] < 0) --inputs;
    y = op.outputs.empty() ? Type::kNone : graph[op.outputs[0]].type;
    for (const int32_t i : op.inputs) {
      if (i >= 0) rank = std::max(rank, graph[i].dims.size());
    }
    const ir::Tensor* first = tensor(0);
    const ir::Tensor* second = tensor(1);
    if (first == nullptr || second == nullptr) return;
    broadcast = first->dims != second->dims;
    per_channel = second->quantization.per_channel();
    hybrid = first->type == Type::kFloat32 && second->type == Type::kInt8 && y == Type::kFloat32;
    grouped = op.code == Builtin::CONV_2D && first->dims.size() == 4 && second->dims.size() == 4 && first->dims[3] != second->dims[3];
    if (!op.outputs.empty() && first->quantization.present() && second->quantization.present() && graph[op.outputs[0]].quantization.present()) {
      rescale = double{first->quantization.scales[0]} * second->quantization.scales[0] / graph[op.outputs[0]].quantization.scales[0];
    }
  }

  const ir::Tensor* tensor(size_t i) const { return op_.input(i) < 0 ? nullptr : &graph_[op_.input(i)]; }
  Type x(size_t i) const { return tensor(i) == nullptr ? Type::kNone : tensor(i)->type; }
  int64_t option(const char* name) const { return op_.integer(name); }

 private:
  const ir::Graph& graph_;
  const ir::Op& op_;

 public:
  size_t inputs, rank = 0;
  Type y = Type::kNone;
  bool broadcast = false, per_channel = false, hybrid = false, grouped = false;
  bool input_per_channel = tensor(0) != nullptr && tensor(0)->quantization.per_channel();
  double rescale = 0;

  int32_t version() const {
#define MIDGE_OP_VERSION(name, number, condition) \
  if (op_.code == Builtin::name && (condition)) return number;
#include "compiler/emit/versions.def"
    return 1;
  }
};

}  // namespace

int32_t operator_version(const ir::Op& op, const ir::Graph& graph) { return Signature(graph, op).version(); }

}  // namespace midge
