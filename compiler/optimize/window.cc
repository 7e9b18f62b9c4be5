#include "compiler/optimize/window.h"

#include <algorithm>

#include "compiler/optimize/values.h"

namespace midge {

std::optional<Windows> windows_of(const ir::Graph& graph, const ir::Op& op) {
  const bool pool = op.code == Builtin::MAX_POOL_2D || op.code == Builtin::AVERAGE_POOL_2D || op.code == Builtin::L2_POOL_2D;
  if (!pool && op.code != Builtin::CONV_2D && op.code != Builtin::DEPTHWISE_CONV_2D) return {};
  if (op.input(0) < 0 || graph[op.input(0)].dims.size() != 4 || !has_dims(graph[op.input(0)])) return {};
  Windows w{{op.integer("filter_height"), op.integer("filter_width")}, {op.integer("stride_h"), op.integer("stride_w")}, {1, 1}};
  if (!pool) {
    if (op.input(1) < 0 || graph[op.input(1)].dims.size() != 4 || !has_dims(graph[op.input(1)])) return {};
    for (size_t a = 0; a < 2; ++a) w.taps[a] = graph[op.input(1)].dims[a + 1];
    w.dilation[0] = op.integer("dilation_h_factor"), w.dilation[1] = op.integer("dilation_w_factor");
  }
  constexpr int64_t kMost = 1 << 20;  // as the kernels have it
  for (int a = 0; a < 2; ++a) {
    for (const int64_t v : {w.taps[a], w.stride[a], w.dilation[a]}) {
      if (v < 1 || v > kMost) return {};
    }
  }
  return w;
}

SamePadding same_padding(int64_t input, int64_t extent, int64_t stride) {
  SamePadding p;
  p.outputs = (input + stride - 1) / stride;
  p.total = std::max<int64_t>(0, (p.outputs - 1) * stride + extent - input);
  p.before = p.total / 2;
  return p;
}

bool reads_no_padding(const ir::Graph& graph, const ir::Op& op) {
  if (op.padding() == Padding::kValid) return true;
  const auto w = windows_of(graph, op);
  if (!w) return false;
  const ir::Dims& dims = graph[op.input(0)].dims;
  for (int a = 0; a < 2; ++a) {
    if (same_padding(dims[static_cast<size_t>(a) + 1], w->extent(a), w->stride[a]).total != 0) return false;
  }
  return true;
}

}  // namespace midge
