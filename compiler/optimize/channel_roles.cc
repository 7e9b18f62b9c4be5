#include "compiler/optimize/channel_roles.h"

#include <algorithm>

#include "compiler/execute/one_op.h"
#include "compiler/optimize/channel_ranges.h"
#include "report/diagnostic.h"

namespace midge {
namespace {

bool activation(const ir::Graph& graph, int32_t tensor) { return tensor >= 0 && !graph[tensor].constant(); }

/// Constant weights and bias of types that are understood, no groups, and each channel of the activation a column of them.
bool weights_known(const ir::Graph& graph, const ir::Op& op) {
  const int32_t w = op.input(1), b = op.input(2);
  const ir::Tensor& x = graph[op.inputs[0]];
  const ir::Tensor& y = graph[op.outputs[0]];
  if (w < 0 || !graph[w].constant() || (b >= 0 && !graph[b].constant())) return false;
  const ir::Dims& dims = graph[w].dims;
  if (graph[w].type != Type::kInt8 && graph[w].type != Type::kFloat32) return false;
  if (b >= 0 && constant_values(graph[b]).size() != static_cast<size_t>(y.dims.back())) return false;
  if (op.code == Builtin::FULLY_CONNECTED) return dims.size() == 2 && dims[1] == x.dims.back() && dims[0] == y.dims.back();
  if (dims.size() != 4 || x.dims.size() != 4 || y.dims.size() != 4) return false;
  if (op.code == Builtin::CONV_2D) return dims[3] == x.dims[3] && dims[0] == y.dims[3];
  return dims[3] == y.dims[3] && dims[3] % x.dims[3] == 0;
}

/// Two activations of one shape, or one and a constant that is the same for all channels or has them on its last axis.
bool binary_keeps_channels(const ir::Graph& graph, const ir::Op& op) {
  if (op.inputs.size() != 2 || op.inputs[1] < 0) return false;
  const ir::Tensor& x = graph[op.inputs[0]];
  const ir::Tensor& c = graph[op.inputs[1]];
  if (x.dims != graph[op.outputs[0]].dims) return false;
  if (!c.constant()) return c.dims == x.dims;
  const bool known = type_bits(c.type) >= 8 && c.dims.size() <= x.dims.size() && !c.quantization.per_channel();
  return known && (c.dims.empty() || c.dims.back() == 1 || c.dims.back() == x.dims.back());
}

bool mean_keeps_channels(const ir::Graph& graph, const ir::Op& op) {
  const int32_t axes = op.input(1);
  const ir::Tensor& x = graph[op.inputs[0]];
  if (axes < 0 || !graph[axes].constant() || graph[axes].type != Type::kInt32) return false;
  const auto last = static_cast<int32_t>(x.dims.size()) - 1;
  const auto list = graph[axes].values<int32_t>();
  return x.dims.back() == graph[op.outputs[0]].dims.back() &&
         std::none_of(list.begin(), list.end(), [&](int32_t a) { return a == -1 || a == last; });
}

bool pad_keeps_channels(const ir::Graph& graph, const ir::Op& op) {
  const int32_t p = op.input(1);
  if (p < 0 || !graph[p].constant()) return false;
  const std::vector<double> paddings = constant_values(graph[p]);
  return paddings.size() == 2 * graph[op.inputs[0]].dims.size() && paddings.end()[-1] == 0 && paddings.end()[-2] == 0;
}

bool concatenates_channels(const ir::Graph& graph, const ir::Op& op) {
  const int64_t axis = op.integer("axis"), last = static_cast<int64_t>(graph[op.outputs[0]].dims.size()) - 1;
  return (axis == -1 || axis == last) && std::all_of(op.inputs.begin(), op.inputs.end(), [&](int32_t i) { return activation(graph, i); });
}

ChannelRole reshape_role(const ir::Tensor& x, const ir::Tensor& y) {
  if (x.dims == y.dims) return ChannelRole::kChannelwise;
  // The last axis of the result holds whole pixels, and nothing is in front of it.
  const bool flat = std::all_of(y.dims.begin(), y.dims.end() - 1, [](int32_t d) { return d == 1; });
  return flat && y.count() == x.count() ? ChannelRole::kFlatten : ChannelRole::kOpaque;
}

}  // namespace

bool runs_as_said(const ir::Graph& graph, const ir::Op& op) {
  const auto open = [&](int32_t i) {
    return i >= 0 && std::any_of(graph[i].dims.begin(), graph[i].dims.end(), [](int32_t d) { return d <= 0; });
  };
  if (std::any_of(op.inputs.begin(), op.inputs.end(), open)) return false;
  try {
    const OneOp one(graph, op);
    for (size_t i = 0; i < op.outputs.size(); ++i) {
      if (one.output_dims()[i] != graph[op.outputs[i]].dims) return false;
    }
    return true;
  } catch (const DiagnosticError&) {
    return false;
  }
}

ChannelRole channel_role(const ir::Graph& graph, const ir::Op& op) {
  if (op.outputs.size() != 1 || op.inputs.empty() || !activation(graph, op.inputs[0])) return ChannelRole::kOpaque;
  const ir::Tensor& x = graph[op.inputs[0]];
  const ir::Tensor& y = graph[op.outputs[0]];
  if (x.is_variable || x.dims.empty() || y.dims.empty()) return ChannelRole::kOpaque;
  const bool same_channels = x.dims.size() == y.dims.size() && x.dims.back() == y.dims.back();
  const auto channelwise = [](bool holds) { return holds ? ChannelRole::kChannelwise : ChannelRole::kOpaque; };
  switch (op.code) {
    case Builtin::CONV_2D:
    case Builtin::FULLY_CONNECTED: return weights_known(graph, op) ? ChannelRole::kWeighted : ChannelRole::kOpaque;
    case Builtin::DEPTHWISE_CONV_2D: return weights_known(graph, op) ? ChannelRole::kDepthwise : ChannelRole::kOpaque;
    case Builtin::RELU:
    case Builtin::RELU6:
    case Builtin::RELU_N1_TO_1:
    case Builtin::RELU_0_TO_1:
    case Builtin::LOGISTIC:
    case Builtin::TANH:
    case Builtin::LEAKY_RELU:
    case Builtin::HARD_SWISH:
    case Builtin::ELU:
    case Builtin::GELU:
    case Builtin::MAX_POOL_2D:
    case Builtin::AVERAGE_POOL_2D: return channelwise(same_channels);
    case Builtin::QUANTIZE:
    case Builtin::DEQUANTIZE: return channelwise(same_channels && !x.quantization.per_channel() && !y.quantization.per_channel());
    case Builtin::RESIZE_NEAREST_NEIGHBOR:
    case Builtin::RESIZE_BILINEAR: return channelwise(same_channels && op.input(1) >= 0 && graph[op.input(1)].constant());
    case Builtin::ADD:
    case Builtin::SUB:
    case Builtin::MUL:
    case Builtin::MAXIMUM:
    case Builtin::MINIMUM: return channelwise(binary_keeps_channels(graph, op));
    case Builtin::MEAN: return channelwise(mean_keeps_channels(graph, op));
    case Builtin::PAD: return channelwise(pad_keeps_channels(graph, op));
    case Builtin::RESHAPE: return reshape_role(x, y);
    case Builtin::CONCATENATION: return concatenates_channels(graph, op) ? ChannelRole::kConcatenate : ChannelRole::kOpaque;
    default: return ChannelRole::kOpaque;
  }
}

bool has_channel_constant(const ir::Graph& graph, const ir::Op& op) {
  switch (op.code) {
    case Builtin::ADD:
    case Builtin::SUB:
    case Builtin::MUL:
    case Builtin::MAXIMUM:
    case Builtin::MINIMUM: break;
    default: return false;
  }
  const ir::Tensor& c = graph[op.inputs[1]];
  return c.constant() && !c.dims.empty() && c.dims.back() > 1;
}

}  // namespace midge
