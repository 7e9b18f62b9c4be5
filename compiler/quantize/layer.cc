#include "compiler/quantize/layer.h"

#include <algorithm>
#include <cstring>

namespace midge {
namespace {

int32_t before(int32_t in, int32_t out, int32_t kernel, int32_t stride, int32_t dilation, Padding padding) {
  if (padding == Padding::kValid) return 0;
  return std::max(0, ((out - 1) * stride + (kernel - 1) * dilation + 1 - in) / 2);
}

}  // namespace

std::optional<Layer> layer_of(const ir::Graph& g, const ir::Op& op) {
  const bool fc = op.code == Builtin::FULLY_CONNECTED, depthwise = op.code == Builtin::DEPTHWISE_CONV_2D;
  if (!fc && !depthwise && op.code != Builtin::CONV_2D) return std::nullopt;
  if (op.inputs.size() < 2 || op.outputs.size() != 1) return std::nullopt;
  Layer l;
  l.input = op.inputs[0], l.weights = op.inputs[1], l.bias = op.input(2), l.output = op.outputs[0];
  if (l.input < 0 || l.weights < 0 || !g[l.weights].constant() || g[l.weights].type != Type::kFloat32) return std::nullopt;
  const ir::Dims& in = g[l.input].dims;
  const ir::Dims& w = g[l.weights].dims;
  const ir::Dims& out = g[l.output].dims;
  if (fc) {
    if (w.size() != 2 || w[0] < 1 || w[1] < 1 || g[l.input].count() % w[1] != 0) return std::nullopt;
    l.channels = static_cast<size_t>(w[0]), l.depth = l.group_depth = l.in_channels = static_cast<size_t>(w[1]);
    l.batch = static_cast<size_t>(g[l.input].count() / w[1]);
    return l;
  }
  if (in.size() != 4 || w.size() != 4 || out.size() != 4 || g[l.weights].count() < 1 || g[l.input].count() < 1) return std::nullopt;
  l.batch = static_cast<size_t>(in[0]), l.in_h = in[1], l.in_w = in[2], l.in_channels = static_cast<size_t>(in[3]);
  l.out_h = out[1], l.out_w = out[2], l.channels = static_cast<size_t>(out[3]);
  l.kernel_h = w[1], l.kernel_w = w[2];
  l.stride_h = static_cast<int32_t>(op.integer("stride_h")), l.stride_w = static_cast<int32_t>(op.integer("stride_w"));
  l.dilation_h = static_cast<int32_t>(op.integer("dilation_h_factor")),
  l.dilation_w = static_cast<int32_t>(op.integer("dilation_w_factor"));
  l.before_h = before(l.in_h, l.out_h, l.kernel_h, l.stride_h, l.dilation_h, op.padding());
  l.before_w = before(l.in_w, l.out_w, l.kernel_w, l.stride_w, l.dilation_w, op.padding());
  l.channels_last = depthwise;
  l.group_depth = depthwise ? 1 : static_cast<size_t>(w[3]);
  l.groups = l.in_channels / std::max<size_t>(1, l.group_depth);
  l.depth = static_cast<size_t>(l.kernel_h) * static_cast<size_t>(l.kernel_w) * l.group_depth;
  if (l.groups == 0 || l.in_channels % l.group_depth != 0 || l.channels % l.groups != 0 ||
      l.channels * l.depth != static_cast<size_t>(g[l.weights].count())) {
    return std::nullopt;
  }
  return l;
}

void Layer::patch(const float* sample, size_t position, size_t group, float* out) const {
  const size_t area = static_cast<size_t>(out_h) * static_cast<size_t>(out_w);
  const float* image = sample + position / area * static_cast<size_t>(in_h) * static_cast<size_t>(in_w) * in_channels + group * group_depth;
  const auto at = static_cast<int32_t>(position % area);
  const int32_t top = at / out_w * stride_h - before_h, left = at % out_w * stride_w - before_w;
  for (int32_t ky = 0; ky < kernel_h; ++ky) {
    const int32_t y = top + ky * dilation_h;
    for (int32_t kx = 0; kx < kernel_w; ++kx, out += group_depth) {
      const int32_t x = left + kx * dilation_w;
      if (y < 0 || y >= in_h || x < 0 || x >= in_w) {
        std::fill_n(out, group_depth, 0.0f);
      } else {
        const float* from = image + (static_cast<size_t>(y) * static_cast<size_t>(in_w) + static_cast<size_t>(x)) * in_channels;
        if (group_depth == 1) {
          *out = *from;
        } else {
          std::memcpy(out, from, group_depth * sizeof(float));
        }
      }
    }
  }
}

std::vector<double> Layer::mean_patch(std::span<const float> mean_sample, size_t group) const {
  std::vector<double> mean(depth);
  std::vector<float> one(depth);
  for (size_t p = 0; p < positions(); ++p) {
    patch(mean_sample.data(), p, group, one.data());
    for (size_t k = 0; k < depth; ++k) mean[k] += one[k];
  }
  for (double& m : mean) m /= static_cast<double>(positions());
  return mean;
}

}  // namespace midge
