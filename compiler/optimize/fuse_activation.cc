// A rectifier becomes the fused activation of the operator before it.
//
// Only where LiteRT, TensorFlow Lite Micro and Midge all fuse: not in TRANSPOSE_CONV, CONCATENATION and L2_NORMALIZATION. Quantised
// numbers are clamped twice then, to bounds that come from the same scale and zero point: exact if the rectifier does not rescale.
#include "compiler/optimize/editor.h"
#include "compiler/optimize/pass.h"
#include "compiler/optimize/values.h"

namespace midge {
namespace {

using ir::Op;

bool can_fuse(const ir::Graph& graph, const Op& op) {
  switch (op.code) {
    case Builtin::ADD:
    case Builtin::SUB:
    case Builtin::MUL:
    case Builtin::DIV:
    case Builtin::CONV_2D:
    case Builtin::DEPTHWISE_CONV_2D:
    case Builtin::FULLY_CONNECTED:
    case Builtin::AVERAGE_POOL_2D:
    case Builtin::MAX_POOL_2D: break;
    default: return false;
  }
  const ir::Tensor& out = graph[op.outputs[0]];
  return out.type == Type::kFloat32 || out.quantization.scales.size() == 1;
}

/// The activation that both one after the other are, where there is one.
std::optional<Activation> both(Activation first, Activation then) {
  if (first == Activation::kNone || first == then) return then;
  if ((first == Activation::kRelu6 && then == Activation::kRelu) || (first == Activation::kRelu && then == Activation::kRelu6))
    return Activation::kRelu6;
  return {};
}

std::optional<Activation> rectifier(Builtin code) {
  switch (code) {
    case Builtin::RELU: return Activation::kRelu;
    case Builtin::RELU6: return Activation::kRelu6;
    case Builtin::RELU_N1_TO_1: return Activation::kReluN1To1;
    default: return {};
  }
}

bool fuse(Editor& e, size_t k) {
  const ir::Graph& graph = e.graph();
  const Op& op = e.op(k);
  const auto then = rectifier(op.code);
  if (!then || !e.single(op.input(0)) || !same_encoding(graph[op.input(0)], graph[op.outputs[0]])) return false;
  const int32_t before = e.producer_index(op.input(0));
  if (before < 0) return false;
  Op changed = e.op(static_cast<size_t>(before));
  if (changed.outputs.size() != 1) return false;
  if (const auto first = rectifier(changed.code)) {  // two rectifiers in a row
    const auto joined = both(*first, *then);
    if (!joined || changed.input(0) < 0 || !same_encoding(graph[changed.input(0)], graph[op.input(0)])) return false;
    changed.code = *joined == Activation::kRelu ? Builtin::RELU : *joined == Activation::kRelu6 ? Builtin::RELU6 : Builtin::RELU_N1_TO_1;
    changed.version = 0;
  } else {
    if (!can_fuse(graph, changed)) return false;
    const auto joined = both(changed.activation(), *then);
    if (!joined) return false;
    changed.set("fused_activation_function", static_cast<int64_t>(*joined));
  }
  e.absorb(static_cast<size_t>(before), k, std::move(changed));
  return true;
}

}  // namespace

bool fuse_activation(ir::Graph& graph, PassContext&) {
  Editor e(graph);
  for (size_t k = 0; k < e.size(); ++k) {
    if (e.alive(k) && e.op(k).outputs.size() == 1 && e.op(k).input(0) >= 0) fuse(e, k);
  }
  return e.finish();
}

}  // namespace midge
