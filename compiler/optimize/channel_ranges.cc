#include "compiler/optimize/channel_ranges.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/execute/one_op.h"

namespace midge {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool analysed(const ir::Tensor& t) { return (t.type == Type::kInt8 || t.type == Type::kFloat32) && !t.dims.empty(); }

size_t channels_of(const ir::Tensor& t) { return static_cast<size_t>(t.dims.back()); }

ChannelRange everything(const ir::Tensor& t) {
  if (!analysed(t) || t.dims.back() <= 0) return {};
  const bool integer = t.type == Type::kInt8;
  const size_t n = channels_of(t);
  return {std::vector<double>(n, integer ? -128 : -kInfinity), std::vector<double>(n, integer ? 127 : kInfinity)};
}

ChannelRange of_constant(const ir::Tensor& t) {
  if (!analysed(t) || t.dims.back() <= 0) return {};
  const std::vector<double> values = constant_values(t);
  const size_t n = channels_of(t);
  ChannelRange out{std::vector<double>(n, kInfinity), std::vector<double>(n, -kInfinity)};
  for (size_t i = 0; i < values.size(); ++i) {
    out.low[i % n] = std::min(out.low[i % n], values[i]);
    out.high[i % n] = std::max(out.high[i % n], values[i]);
  }
  return out;
}

void store(double v, Type type, ir::Bytes& out, size_t i) {
  if (type == Type::kInt8) {
    out[i] = static_cast<uint8_t>(static_cast<int8_t>(v));
  } else {
    const float f = static_cast<float>(v);
    std::memcpy(out.data() + i * sizeof f, &f, sizeof f);
  }
}

/// A whole tensor in which every position of a channel has the channel's value.
ir::Bytes filled(const ir::Tensor& t, const std::vector<double>& channels) {
  ir::Bytes out(t.bytes());
  const size_t n = static_cast<size_t>(t.count());
  for (size_t i = 0; i < n; ++i) store(channels[i % channels.size()], t.type, out, i);
  return out;
}

/// Widens a range by everything that the output of a run holds. A value that is not a number says nothing: any is possible.
void include(ChannelRange& range, std::span<const uint8_t> bytes, const ir::Tensor& t) {
  const size_t n = range.low.size(), count = bytes.size() / (t.type == Type::kInt8 ? 1 : sizeof(float));
  for (size_t i = 0; i < count; ++i) {
    double v = static_cast<int8_t>(bytes[i]);
    if (t.type != Type::kInt8) {
      float f;
      std::memcpy(&f, bytes.data() + i * sizeof f, sizeof f);
      v = f;
    }
    const size_t c = i % n;
    range.low[c] = std::isnan(v) ? -kInfinity : std::min(range.low[c], v);
    range.high[c] = std::isnan(v) ? kInfinity : std::max(range.high[c], v);
  }
}

ChannelRange nothing(const ir::Tensor& t) {
  const size_t n = channels_of(t);
  return {std::vector<double>(n, kInfinity), std::vector<double>(n, -kInfinity)};
}

class Analysis {
 public:
  Analysis(const ir::Graph& graph, const std::vector<bool>& runs) : graph_(graph), ranges_(graph.tensors.size()) {
    for (size_t i = 0; i < graph.tensors.size(); ++i) {
      const ir::Tensor& t = graph.tensors[i];
      ranges_[i] = t.constant() ? of_constant(t) : everything(t);
    }
    for (size_t k = 0; k < graph.ops.size(); ++k) {
      if (runs[k]) visit(graph.ops[k]);
    }
  }
  std::vector<ChannelRange> take() { return std::move(ranges_); }

 private:
  const ChannelRange& range(int32_t tensor) const { return ranges_[static_cast<size_t>(tensor)]; }

  void visit(const ir::Op& op) {
    if (op.outputs.size() != 1 || op.inputs.empty() || !analysed(graph_[op.outputs[0]])) return;
    const size_t out = static_cast<size_t>(op.outputs[0]);
    switch (op.code) {
      case Builtin::CONV_2D:
      case Builtin::DEPTHWISE_CONV_2D:
      case Builtin::FULLY_CONNECTED: weighted(op, ranges_[out]); break;
      // Monotone in each input: the least inputs give the least outputs.
      case Builtin::RELU:
      case Builtin::RELU6:
      case Builtin::RELU_N1_TO_1:
      case Builtin::RELU_0_TO_1:
      case Builtin::LOGISTIC:
      case Builtin::TANH:
      case Builtin::QUANTIZE:
      case Builtin::MAX_POOL_2D:
      case Builtin::AVERAGE_POOL_2D:
      case Builtin::MEAN:
      case Builtin::RESHAPE:
      case Builtin::PAD:
      case Builtin::PADV2:
      case Builtin::CONCATENATION:
      case Builtin::RESIZE_NEAREST_NEIGHBOR:
      case Builtin::ADD:
      case Builtin::MAXIMUM:
      case Builtin::MINIMUM: corners(op, ranges_[out], /*mixed=*/false); break;
      // Monotone in each input, up or down as the other one says.
      case Builtin::SUB:
      case Builtin::MUL: corners(op, ranges_[out], /*mixed=*/true); break;
      case Builtin::LEAKY_RELU:
      case Builtin::HARD_SWISH:
      case Builtin::ELU:
      case Builtin::GELU: table(op, ranges_[out]); break;
      default: break;
    }
  }

  /// Runs the operator on the bounds of its inputs.
  void corners(const ir::Op& op, ChannelRange& out, bool mixed) {
    for (const int32_t i : op.inputs) {
      if (i >= 0 && !graph_[i].constant() && (!analysed(graph_[i]) || graph_[i].type != graph_[op.outputs[0]].type)) return;
    }
    OneOp one(graph_, op);
    ChannelRange found = nothing(graph_[op.outputs[0]]);
    const uint32_t combinations = mixed ? 4 : 2;
    for (uint32_t k = 0; k < combinations; ++k) {
      std::vector<ir::Bytes> bytes(op.inputs.size());
      std::vector<std::span<const uint8_t>> inputs(op.inputs.size());
      for (size_t i = 0; i < op.inputs.size(); ++i) {
        const int32_t in = op.inputs[i];
        if (in < 0 || graph_[in].constant()) continue;
        // An operator that reads one tensor twice gets it once: both slots then take the same bound.
        const bool high = mixed && i == 1 && op.inputs[1] != op.inputs[0] ? (k & 2) != 0 : (k & 1) != 0;
        bytes[i] = filled(graph_[in], high ? range(in).high : range(in).low);
        inputs[i] = bytes[i];
      }
      one.run(inputs);
      include(found, one.output(0), graph_[op.outputs[0]]);
    }
    if (mixed && op.inputs.size() == 2 && op.inputs[0] == op.inputs[1]) return;  // x * x has its least value inside
    out = std::move(found);
  }

  /// A function of one int8 value, tried for all of them.
  void table(const ir::Op& op, ChannelRange& out) {
    const ir::Tensor& in = graph_[op.inputs[0]];
    if (in.type != Type::kInt8 || graph_[op.outputs[0]].type != Type::kInt8) return;
    ir::Graph small;
    ir::Op copy = op;
    ir::Tensor x = in, y = graph_[op.outputs[0]];
    x.dims = y.dims = {1, 1, 1, 256};
    x.data = nullptr;
    copy.inputs = {small.add(x)}, copy.outputs = {small.add(y)};
    ir::Bytes all(256);
    for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<uint8_t>(static_cast<int8_t>(static_cast<int>(i) - 128));
    OneOp one(small, copy);
    const std::span<const uint8_t> inputs[] = {all};
    one.run(inputs);
    const auto y_of = [&](double v) { return static_cast<double>(static_cast<int8_t>(one.output(0)[static_cast<size_t>(v + 128)])); };
    const ChannelRange& r = range(op.inputs[0]);
    for (size_t c = 0; c < r.low.size(); ++c) {
      out.low[c] = kInfinity, out.high[c] = -kInfinity;
      for (double v = r.low[c]; v <= r.high[c]; ++v)
        out.low[c] = std::min(out.low[c], y_of(v)), out.high[c] = std::max(out.high[c], y_of(v));
    }
  }

  void weighted(const ir::Op& op, ChannelRange& out) {
    const ir::Tensor& x = graph_[op.inputs[0]];
    const ir::Tensor& w = graph_[op.inputs[1]];
    const ir::Tensor& y = graph_[op.outputs[0]];
    const int32_t bias_index = op.input(2);
    if (!analysed(x) || x.constant() || x.type != y.type || !w.constant() || w.type != x.type) return;
    if (bias_index >= 0 && (!graph_[bias_index].constant() || graph_[bias_index].type != (x.type == Type::kInt8 ? Type::kInt32 : Type::kFloat32)))
      return;
    const std::vector<double> weights = constant_values(w);
    const std::vector<double> bias = bias_index >= 0 ? constant_values(graph_[bias_index]) : std::vector<double>();
    const double zero = x.type == Type::kInt8 && x.quantization.present() ? static_cast<double>(x.quantization.zero_points[0]) : 0;
    const double weight_zero = w.type == Type::kInt8 && w.quantization.present() ? static_cast<double>(w.quantization.zero_points[0]) : 0;
    const bool depthwise = op.code == Builtin::DEPTHWISE_CONV_2D, dense = op.code == Builtin::FULLY_CONNECTED;
    if ((dense && (w.dims.size() != 2 || channels_of(x) != channels_of(w))) || (!dense && (w.dims.size() != 4 || x.dims.size() != 4)))
      return;

    std::vector<TapRange> rows = {{0, 1}}, columns = {{0, 1}};
    int32_t kernel_h = 1, kernel_w = 1;
    if (!dense) {
      kernel_h = w.dims[1], kernel_w = w.dims[2];
      rows = tap_ranges_h(op, x, w, y);
      columns = tap_ranges_w(op, x, w, y);
    }
    const size_t out_channels = channels_of(y), in_channels = channels_of(x);
    const size_t multiplier = depthwise ? out_channels / std::max<size_t>(in_channels, 1) : 1;
    const size_t group_channels = depthwise ? 1 : channels_of(w);  // of grouped convolutions fewer than in_channels
    if ((depthwise && multiplier * in_channels != out_channels) || group_channels == 0 || (!depthwise && in_channels % group_channels != 0))
      return;
    const size_t groups = depthwise ? 1 : in_channels / group_channels;
    if (out_channels % groups != 0) return;
    const ChannelRange& in = range(op.inputs[0]);
    ChannelRange found = nothing(y);
    for (const TapRange& r : rows) {
      for (const TapRange& s : columns) {
        ChannelRange sums{std::vector<double>(out_channels), std::vector<double>(out_channels)};
        for (size_t o = 0; o < out_channels; ++o) {
          double low = o < bias.size() ? bias[o] : 0, high = low, terms = 0;
          for (int32_t ky = r.first; ky < r.last; ++ky) {
            for (int32_t kx = s.first; kx < s.last; ++kx) {
              const size_t tap = static_cast<size_t>(ky) * static_cast<size_t>(kernel_w) + static_cast<size_t>(kx);
              for (size_t i = 0; i < group_channels; ++i) {
                const size_t c = depthwise ? o / multiplier : o / (out_channels / groups) * group_channels + i;
                const size_t at = depthwise ? tap * out_channels + o : (o * static_cast<size_t>(kernel_h * kernel_w) + tap) * group_channels + i;
                const double v = weights[at] - weight_zero;
                if (v == 0) continue;
                const double a = v * (in.low[c] - zero), b = v * (in.high[c] - zero);
                low += std::min(a, b), high += std::max(a, b);
                terms += std::max(std::abs(a), std::abs(b));
              }
            }
          }
          if (x.type == Type::kFloat32 && terms > 0) {
            constexpr double kSlack = 1e-4;  // sums of at most some ten thousand float products
            low -= kSlack * terms, high += kSlack * terms;
          }
          sums.low[o] = std::isnan(low) ? -kInfinity : low;
          sums.high[o] = std::isnan(high) ? kInfinity : high;
        }
        if (!finish_sums(op, sums, found)) return;
      }
    }
    out = std::move(found);
  }

  /// What the kernel makes of accumulators: the same operator with weights of zero and the accumulators as bias. False if they may overflow.
  bool finish_sums(const ir::Op& op, const ChannelRange& sums, ChannelRange& found) {
    const ir::Tensor& y = graph_[op.outputs[0]];
    const bool integer = y.type == Type::kInt8, dense = op.code == Builtin::FULLY_CONNECTED;
    const int32_t n = y.dims.back();
    for (const std::vector<double>* bound : {&sums.low, &sums.high}) {
      ir::Graph small;
      ir::Op copy = op;
      ir::Tensor x = graph_[op.inputs[0]], w = graph_[op.inputs[1]], out = y, b;
      x.dims = dense ? ir::Dims{1, 1} : ir::Dims{1, 1, 1, 1};
      w.dims = dense ? ir::Dims{n, 1} : ir::Dims{n, 1, 1, 1};
      if (op.code == Builtin::DEPTHWISE_CONV_2D) {
        w.dims = {1, 1, 1, n};
        copy.set("depth_multiplier", int64_t{n});
      }
      if (w.quantization.present()) std::fill(w.quantization.zero_points.begin(), w.quantization.zero_points.end(), 0);
      w.data = std::make_shared<ir::Bytes>(w.bytes());
      b.name = "bias", b.type = integer ? Type::kInt32 : Type::kFloat32, b.dims = {n};
      if (integer) {
        b.quantization = w.quantization, b.quantization.dimension = 0;
        for (float& s : b.quantization.scales) s *= x.quantization.scales[0];
        std::vector<int32_t> values;
        for (const double v : *bound) {
          if (std::abs(v) > std::numeric_limits<int32_t>::max()) return false;
          values.push_back(static_cast<int32_t>(v));
        }
        b.set_values<int32_t>(values);
      } else {
        const std::vector<float> values(bound->begin(), bound->end());
        b.set_values<float>(values);
      }
      out.dims = dense ? ir::Dims{1, n} : ir::Dims{1, 1, 1, n};
      copy.inputs = {small.add(x), small.add(w), small.add(b)};
      copy.outputs = {small.add(out)};
      copy.set("stride_h", int64_t{1}), copy.set("stride_w", int64_t{1});
      for (const char* name : {"dilation_h_factor", "dilation_w_factor", "keep_num_dims"}) copy.options.erase(name);
      if (dense) copy.options.erase("stride_h"), copy.options.erase("stride_w");
      // The contracts round otherwise: what is proved must hold for both.
      for (const Contract contract : {Contract::kLitert, Contract::kTflm}) {
        OneOp one(small, copy, contract);
        const ir::Bytes zeros = filled(x, {integer ? static_cast<double>(x.quantization.zero_points[0]) : 0.0});
        const std::span<const uint8_t> inputs[] = {zeros, {}, {}};
        one.run(inputs);
        include(found, one.output(0), out);
      }
    }
    return true;
  }

  const ir::Graph& graph_;
  std::vector<ChannelRange> ranges_;
};

template <class T>
std::vector<double> widen(const ir::Tensor& t) {
  const auto v = t.values<T>();
  return {v.begin(), v.end()};
}

}  // namespace

std::vector<double> constant_values(const ir::Tensor& t) {
  switch (t.type) {
    case Type::kInt8: return widen<int8_t>(t);
    case Type::kInt16: return widen<int16_t>(t);
    case Type::kInt32: return widen<int32_t>(t);
    case Type::kInt64: return widen<int64_t>(t);
    case Type::kFloat32: return widen<float>(t);
    default: return {};
  }
}

std::vector<TapRange> tap_ranges(int32_t input, int32_t output, int32_t kernel, int32_t stride, int32_t dilation, bool same) {
  const int32_t extent = (kernel - 1) * dilation + 1;
  const int32_t before = same ? std::max(0, ((output - 1) * stride + extent - input) / 2) : 0;
  std::vector<TapRange> out;
  for (int32_t o = 0; o < output; ++o) {
    const int32_t origin = o * stride - before;
    TapRange r{kernel, 0};
    for (int32_t k = 0; k < kernel; ++k) {
      const int32_t at = origin + k * dilation;
      if (at >= 0 && at < input) r.first = std::min(r.first, k), r.last = k + 1;
    }
    if (r.first >= r.last) r = {0, 0};
    if (std::find(out.begin(), out.end(), r) == out.end()) out.push_back(r);
  }
  return out;
}

std::vector<TapRange> tap_ranges_h(const ir::Op& op, const ir::Tensor& x, const ir::Tensor& w, const ir::Tensor& y) {
  return tap_ranges(x.dims[1], y.dims[1], w.dims[1], static_cast<int32_t>(op.integer("stride_h")),
                    static_cast<int32_t>(op.integer("dilation_h_factor")), op.padding() == Padding::kSame);
}

std::vector<TapRange> tap_ranges_w(const ir::Op& op, const ir::Tensor& x, const ir::Tensor& w, const ir::Tensor& y) {
  return tap_ranges(x.dims[2], y.dims[2], w.dims[2], static_cast<int32_t>(op.integer("stride_w")),
                    static_cast<int32_t>(op.integer("dilation_w_factor")), op.padding() == Padding::kSame);
}

std::vector<ChannelRange> channel_ranges(const ir::Graph& graph, const std::vector<bool>& runs) { return Analysis(graph, runs).take(); }

}  // namespace midge
