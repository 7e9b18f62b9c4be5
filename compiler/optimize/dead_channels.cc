// dead_channels: takes channels out of a network that cannot change its outputs.
//
// A channel of an activation goes when every operator that reads it can do without: a convolution or a fully connected layer can, if
// each of its outputs that stays gives the channel only zero weights, or if the channel is a proven constant (channel_ranges.h) that
// adds the same to an accumulator at every position; that sum moves into the bias. Depthwise convolutions, poolings and elementwise
// operators lose a channel together with their input's. The largest set is found from above: all are candidates, and one that some
// reader needs is taken back, until nothing changes.
//
// Why this is exact: dropped products are zero or constant in the int32 accumulator, the sum is the same number, and everything after it
// sees the same bits. A constant that differs from the zero point is not the same at the border, where padding stands for the zero point:
// the sum is compared over every way in which a window hangs over the border, and the channel stays if they differ. Float sums change
// by rounding only.
//
// It does not touch graph inputs and outputs, keeps one channel of each tensor at least, and does not look through operators that mix
// channels in other ways (TRANSPOSE, SPLIT, BATCH_MATMUL, ...), which need all they read.
#include "compiler/optimize/dead_channels.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/optimize/channel_ranges.h"
#include "compiler/optimize/channel_roles.h"
#include "compiler/optimize/pass.h"

namespace midge {
namespace {

using Flags = std::vector<bool>;

bool none(const Flags& flags) { return std::find(flags.begin(), flags.end(), true) == flags.end(); }

class Removal {
 public:
  explicit Removal(ir::Graph& graph) : graph_(graph), removed_(graph.tensors.size()) {
    std::vector<bool> runs;
    for (const ir::Op& op : graph.ops) {
      runs.push_back(runs_as_said(graph, op));
      roles_.push_back(runs.back() ? channel_role(graph, op) : ChannelRole::kOpaque);
    }
    ranges_ = channel_ranges(graph, runs);
  }

  DeadChannels run() {
    start();
    settle();
    while (keep_one()) settle();
    DeadChannels out;
    for (const Flags& flags : removed_) {
      out.channels += flags.size();
      out.removed += static_cast<uint64_t>(std::count(flags.begin(), flags.end(), true));
    }
    if (out.removed > 0) rewrite();
    return out;
  }

 private:
  size_t channels(int32_t tensor) const {
    const ir::Dims& dims = graph_[tensor].dims;
    return dims.empty() || dims.back() <= 0 ? 0 : static_cast<size_t>(dims.back());
  }
  Flags& removed(int32_t tensor) { return removed_[static_cast<size_t>(tensor)]; }
  const ChannelRange& range(int32_t tensor) const { return ranges_[static_cast<size_t>(tensor)]; }
  bool activation(int32_t tensor) const { return tensor >= 0 && !graph_[tensor].constant(); }

  /// Every channel of every activation that an understood operator makes, and no graph input or output.
  void start() {
    for (size_t i = 0; i < graph_.tensors.size(); ++i) {
      if (!graph_.tensors[i].constant()) removed_[i].assign(channels(static_cast<int32_t>(i)), false);
    }
    for (size_t k = 0; k < graph_.ops.size(); ++k) {
      if (roles_[k] == ChannelRole::kOpaque) continue;
      Flags& out = removed(graph_.ops[k].outputs[0]);
      std::fill(out.begin(), out.end(), true);
    }
    for (const auto* list : {&graph_.outputs, &graph_.inputs}) {
      for (const int32_t i : *list) std::fill(removed(i).begin(), removed(i).end(), false);
    }
  }

  /// Takes a candidate back.
  void keep(int32_t tensor, size_t channel) {
    changed_ = changed_ || removed(tensor)[channel];
    removed(tensor)[channel] = false;
  }

  /// Channels that go together: if one of them stays, so does the other.
  void tie(int32_t a, size_t channel_a, int32_t b, size_t channel_b) {
    if (!removed(a)[channel_a]) keep(b, channel_b);
    if (!removed(b)[channel_b]) keep(a, channel_a);
  }

  void settle() {
    do {
      changed_ = false;
      for (size_t k = graph_.ops.size(); k-- > 0;) constrain(graph_.ops[k], roles_[k]);
    } while (changed_);
  }

  void constrain(const ir::Op& op, ChannelRole role) {
    const int32_t y = op.outputs.empty() ? -1 : op.outputs[0];
    switch (role) {
      case ChannelRole::kOpaque:
        for (const int32_t i : op.inputs) {
          for (size_t c = 0; activation(i) && c < removed(i).size(); ++c) keep(i, c);
        }
        break;
      case ChannelRole::kWeighted:
        for (size_t c = 0; c < channels(op.inputs[0]); ++c) {
          if (removed(op.inputs[0])[c] && !can_drop(op, c)) keep(op.inputs[0], c);
        }
        break;
      case ChannelRole::kDepthwise: {
        const size_t multiplier = channels(y) / channels(op.inputs[0]);
        for (size_t o = 0; o < channels(y); ++o) tie(op.inputs[0], o / multiplier, y, o);
        break;
      }
      case ChannelRole::kChannelwise:
        for (const int32_t i : op.inputs) {
          for (size_t c = 0; activation(i) && c < channels(y); ++c) tie(i, c, y, c);
        }
        break;
      case ChannelRole::kFlatten:
        for (size_t f = 0; f < channels(y); ++f) tie(op.inputs[0], f % channels(op.inputs[0]), y, f);
        break;
      case ChannelRole::kConcatenate: {
        size_t first = 0;
        for (const int32_t i : op.inputs) {
          for (size_t c = 0; c < channels(i); ++c) tie(i, c, y, first + c);
          first += channels(i);
        }
        break;
      }
    }
  }

  /// A tensor without channels would be no tensor. True if one was given back.
  bool keep_one() {
    changed_ = false;
    for (size_t i = 0; i < removed_.size(); ++i) {
      const Flags& flags = removed_[i];
      if (!flags.empty() && std::all_of(flags.begin(), flags.end(), [](bool f) { return f; })) keep(static_cast<int32_t>(i), 0);
    }
    return changed_;
  }

  /// What a channel adds to the accumulator of output o. False if that is not one number.
  bool contribution(const ir::Op& op, size_t channel, size_t o, double* out) {
    const ir::Tensor& x = graph_[op.inputs[0]];
    const ir::Tensor& w = graph_[op.inputs[1]];
    const double weight_zero = zero_point(w);
    const std::vector<double>& weights = weights_of(op.inputs[1]);
    const bool window = w.dims.size() == 4;
    const size_t inputs = static_cast<size_t>(w.dims.back());
    const size_t taps = window ? static_cast<size_t>(w.dims[1]) * static_cast<size_t>(w.dims[2]) : 1;
    const auto weight = [&](size_t tap) { return weights[(o * taps + tap) * inputs + channel] - weight_zero; };
    bool any = false;
    for (size_t t = 0; t < taps && !any; ++t) any = weight(t) != 0;
    *out = 0;
    if (!any) return true;
    const ChannelRange& r = range(op.inputs[0]);
    if (!r.constant(channel) || !std::isfinite(r.low[channel])) return false;
    const double v = r.low[channel] - zero_point(x);
    if (v == 0) return true;
    if (!window) {
      *out = v * weight(0);
      return true;
    }
    const ir::Tensor& y = graph_[op.outputs[0]];
    bool first = true;
    for (const TapRange& rows : tap_ranges_h(op, x, w, y)) {
      for (const TapRange& columns : tap_ranges_w(op, x, w, y)) {
        double sum = 0;
        for (int32_t ky = rows.first; ky < rows.last; ++ky) {
          for (int32_t kx = columns.first; kx < columns.last; ++kx) sum += v * weight(static_cast<size_t>(ky * w.dims[2] + kx));
        }
        if (!first && sum != *out) return false;
        *out = sum, first = false;
      }
    }
    return true;
  }

  bool can_drop(const ir::Op& op, size_t channel) {
    const int32_t y = op.outputs[0];
    // Only where the accumulator is known: int8 with an int32 bias, or float throughout.
    const bool foldable = graph_[op.inputs[0]].type == graph_[op.inputs[1]].type;
    for (size_t o = 0; o < channels(y); ++o) {
      if (removed(y)[o]) continue;
      double sum = 0;
      if (!contribution(op, channel, o, &sum)) return false;
      if (sum != 0 && (!foldable || !bias_takes(op, o, sum))) return false;
    }
    return true;
  }

  /// The bias stays an int32 even if every channel adds as much as this one.
  bool bias_takes(const ir::Op& op, size_t o, double sum) {
    if (graph_[op.inputs[1]].type != Type::kInt8) return true;
    const int32_t b = op.input(2);
    if (b >= 0 && graph_[b].type != Type::kInt32) return false;
    const double bias = b < 0 ? 0 : weights_of(b)[o];
    constexpr double kMost = std::numeric_limits<int32_t>::max() / 2.0;
    return std::abs(bias) < kMost && std::abs(sum) * static_cast<double>(channels(op.inputs[0])) < kMost;
  }

  static double zero_point(const ir::Tensor& t) {
    return t.type == Type::kInt8 && t.quantization.present() ? static_cast<double>(t.quantization.zero_points[0]) : 0;
  }

  const std::vector<double>& weights_of(int32_t tensor) {
    std::vector<double>& v = weights_[tensor];
    if (v.empty()) v = constant_values(graph_[tensor]);
    return v;
  }

  // -- the new graph

  /// The elements of a constant along an axis whose flags are false.
  int32_t slice(int32_t tensor, size_t axis, const Flags& gone) {
    const ir::Tensor t = graph_[tensor];
    ir::Tensor out = t;
    size_t outer = 1, inner = type_bytes(t.type);
    for (size_t i = 0; i < axis; ++i) outer *= static_cast<size_t>(t.dims[i]);
    for (size_t i = axis + 1; i < t.dims.size(); ++i) inner *= static_cast<size_t>(t.dims[i]);
    const size_t n = static_cast<size_t>(t.dims[axis]);
    ir::Bytes bytes;
    for (size_t o = 0; o < outer; ++o) {
      for (size_t c = 0; c < n; ++c) {
        const uint8_t* from = t.data->data() + (o * n + c) * inner;
        if (!gone[c]) bytes.insert(bytes.end(), from, from + inner);
      }
    }
    out.dims[axis] = static_cast<int32_t>(std::count(gone.begin(), gone.end(), false));
    out.data = std::make_shared<ir::Bytes>(std::move(bytes));
    if (t.quantization.per_channel() && static_cast<size_t>(t.quantization.dimension) == axis) {
      out.quantization.scales.clear(), out.quantization.zero_points.clear();
      for (size_t c = 0; c < n; ++c) {
        if (gone[c]) continue;
        out.quantization.scales.push_back(t.quantization.scales[c]);
        out.quantization.zero_points.push_back(t.quantization.zero_points[c]);
      }
    }
    return graph_.add(std::move(out));
  }

  /// The bias of op with what its dropped constant inputs add; -1 if there is none and nothing to add.
  int32_t folded_bias(const ir::Op& op) {
    const size_t outputs = channels(op.outputs[0]);
    const int32_t b = op.input(2);
    std::vector<double> bias = b >= 0 ? weights_of(b) : std::vector<double>(outputs, 0.0);
    bool changed = false;
    for (size_t c = 0; c < channels(op.inputs[0]); ++c) {
      if (!removed(op.inputs[0])[c]) continue;
      for (size_t o = 0; o < outputs; ++o) {
        double sum = 0;
        if (removed(op.outputs[0])[o] || !contribution(op, c, o, &sum)) continue;
        bias[o] += sum;
        changed = changed || sum != 0;
      }
    }
    if (!changed) return b;
    const ir::Tensor w = graph_[op.inputs[1]];
    ir::Tensor t = b >= 0 ? graph_[b] : ir::Tensor();
    if (b < 0) {
      t.name = graph_[op.outputs[0]].name + "/bias";
      t.type = w.type == Type::kInt8 ? Type::kInt32 : Type::kFloat32;
      t.dims = {static_cast<int32_t>(outputs)};
      t.quantization = w.quantization, t.quantization.dimension = 0;
      for (float& s : t.quantization.scales) s *= graph_[op.inputs[0]].quantization.scales[0];
    }
    if (t.type == Type::kInt32) {
      t.set_values<int32_t>(std::vector<int32_t>(bias.begin(), bias.end()));
    } else {
      t.set_values<float>(std::vector<float>(bias.begin(), bias.end()));
    }
    return graph_.add(std::move(t));
  }

  void rewrite() {
    for (size_t k = 0; k < graph_.ops.size(); ++k) rewrite_constants(graph_.ops[k], roles_[k]);
    for (size_t i = 0; i < removed_.size(); ++i) {
      ir::Tensor& t = graph_.tensors[i];
      if (!t.constant() && !removed_[i].empty())
        t.dims.back() = static_cast<int32_t>(std::count(removed_[i].begin(), removed_[i].end(), false));
    }
    for (ir::Op& op : graph_.ops) {
      if (op.code != Builtin::RESHAPE) continue;
      const ir::Dims dims = graph_[op.outputs[0]].dims;
      op.set("new_shape", dims);
      if (op.input(1) >= 0) op.inputs[1] = graph_.add_int32(graph_[op.inputs[1]].name, dims);
    }
    graph_.remove_dead();
  }

  void rewrite_constants(ir::Op& op, ChannelRole role) {
    if (role == ChannelRole::kOpaque) return;
    const Flags in = removed(op.inputs[0]), out = removed(op.outputs[0]);
    if (none(in) && none(out)) return;
    switch (role) {
      case ChannelRole::kWeighted: {
        const int32_t bias = folded_bias(op);
        if (!none(in)) op.inputs[1] = slice(op.inputs[1], graph_[op.inputs[1]].dims.size() - 1, in);
        if (!none(out)) op.inputs[1] = slice(op.inputs[1], 0, out);
        if (bias < 0) break;
        op.inputs.resize(3, -1);
        op.inputs[2] = none(out) ? bias : slice(bias, 0, out);
        break;
      }
      case ChannelRole::kDepthwise:
        op.inputs[1] = slice(op.inputs[1], 3, out);
        if (op.input(2) >= 0) op.inputs[2] = slice(op.inputs[2], 0, out);
        break;
      case ChannelRole::kChannelwise:
        if (has_channel_constant(graph_, op)) op.inputs[1] = slice(op.inputs[1], graph_[op.inputs[1]].dims.size() - 1, out);
        break;
      default: break;
    }
  }

  ir::Graph& graph_;
  std::vector<ChannelRange> ranges_;
  std::vector<Flags> removed_;
  std::vector<ChannelRole> roles_;
  std::map<int32_t, std::vector<double>> weights_;
  bool changed_ = false;
};

}  // namespace

DeadChannels remove_dead_channels(ir::Graph& graph) { return Removal(graph).run(); }

bool dead_channels(ir::Graph& graph, PassContext&) { return remove_dead_channels(graph).removed > 0; }

}  // namespace midge
