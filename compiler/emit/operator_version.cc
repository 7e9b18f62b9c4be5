// The versions of operators, by the lines of versions.def.
#include <algorithm>

#include "compiler/emit/tflite.h"

namespace midge {
namespace {

/// What the conditions look at.
class Signature {
 public:
  Signature(const ir::Graph& graph, const ir::Op& op) : graph_(graph), op_(op), inputs(op.inputs.size()) {
    while (inputs > 0 && op.inputs[inputs - 1] < 0) --inputs;
    for (const int32_t i : op.inputs) {
      if (i >= 0) rank = std::max(rank, graph[i].dims.size());
    }
    const ir::Tensor* a = tensor(0);
    const ir::Tensor* b = tensor(1);
    const ir::Tensor* out = op.outputs.empty() ? nullptr : &graph[op.outputs[0]];
    if (out != nullptr) y = out->type, channels_y = out->quantization.per_channel();
    if (a == nullptr || b == nullptr) return;
    broadcast = a->dims != b->dims;
    grouped = a->dims.size() == 4 && b->dims.size() == 4 && a->dims[3] != b->dims[3];
    if (out != nullptr && scaled(0) && scaled(1) && out->quantization.present()) {
      rescale = double{a->quantization.scales[0]} * b->quantization.scales[0] / out->quantization.scales[0];
    }
  }

  int32_t version() const {
    using enum Type;
    int32_t highest = 1;
#define MIDGE_OP_VERSION(name, number, condition) \
  if (op_.code == Builtin::name && (condition)) highest = std::max(highest, int32_t{number});
#include "compiler/emit/versions.def"
    return highest;
  }

 private:
  const ir::Tensor* tensor(size_t i) const { return op_.input(i) < 0 ? nullptr : &graph_[op_.input(i)]; }
  Type x(size_t i) const { return tensor(i) == nullptr ? Type::kNone : tensor(i)->type; }
  bool scaled(size_t i) const { return tensor(i) != nullptr && tensor(i)->quantization.present(); }
  bool channels(size_t i) const { return tensor(i) != nullptr && tensor(i)->quantization.per_channel(); }
  int64_t option(const char* name) const { return op_.integer(name); }
  bool hybrid(size_t weights) const { return x(0) == Type::kFloat32 && x(weights) == Type::kInt8 && y == Type::kFloat32; }
  static bool float8(Type t) { return t == Type::kFloat8E4m3fn || t == Type::kFloat8E5m2; }
  template <class... T>
  static bool is(Type t, T... any_of) {
    return ((t == any_of) || ...);
  }

  const ir::Graph& graph_;
  const ir::Op& op_;
  size_t inputs, rank = 0;
  Type y = Type::kNone;
  bool broadcast = false, grouped = false, channels_y = false;
  double rescale = 0;
};

}  // namespace

int32_t operator_version(const ir::Op& op, const ir::Graph& graph) { return Signature(graph, op).version(); }

}  // namespace midge
