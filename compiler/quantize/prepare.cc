#include "compiler/quantize/prepare.h"

#include <algorithm>
#include <cmath>

#include "compiler/quantize/layer.h"

namespace midge {
namespace {

/// The pooling reads each input once and every output is the mean of a whole image.
bool is_global(const ir::Graph& g, const ir::Op& op) {
  if (op.inputs.size() != 1 || op.inputs[0] < 0 || op.outputs.size() != 1) return false;
  const ir::Dims& in = g[op.inputs[0]].dims;
  const ir::Dims& out = g[op.outputs[0]].dims;
  if (in.size() != 4 || out.size() != 4 || out[1] != 1 || out[2] != 1 || g[op.inputs[0]].type != Type::kFloat32) return false;
  const int64_t h = op.integer("filter_height"), w = op.integer("filter_width");
  const bool covers = op.padding() == Padding::kValid ? h == in[1] && w == in[2] : h >= 2 * int64_t{in[1]} - 1 && w >= 2 * int64_t{in[2]} - 1;
  return (covers || (h == in[1] && w == in[2])) && op.activation() == Activation::kNone;
}

}  // namespace

void prepare_for_quantization(ir::Graph& g, const Recipe& recipe) {
  for (ir::Tensor& t : g.tensors) {
    if (t.type == Type::kFloat32) t.quantization = {};  // what a file says about the range of floats
  }
  std::vector<uint32_t> uses(g.tensors.size());
  for (const ir::Op& op : g.ops) {
    for (const int32_t i : op.inputs) {
      if (i >= 0) ++uses[static_cast<size_t>(i)];
    }
  }
  for (const int32_t i : g.outputs) ++uses[static_cast<size_t>(i)];
  for (ir::Op& op : g.ops) {
    const LayerRecipe& layer = recipe_for(recipe, g, op);
    if (op.code == Builtin::AVERAGE_POOL_2D && layer.own_pool_scale && is_global(g, op)) {
      op.code = Builtin::MEAN;
      op.options.clear();
      op.version = 0;
      op.set("keep_dims", int64_t{1});
      op.inputs.push_back(g.add_int32(g[op.outputs[0]].name + "/axes", {1, 2}));
      uses.push_back(1);
      continue;
    }
    const QuantizationRule* rule = find_rule(op.code);
    if (rule == nullptr || rule->weights < 0) continue;
    const auto weights = static_cast<size_t>(rule->weights), bias = static_cast<size_t>(rule->bias);
    const int32_t w = op.input(weights);
    if (w < 0 || !g[w].constant() || g[w].type != Type::kFloat32 || g[w].dims.size() <= static_cast<size_t>(rule->axis)) continue;
    if (op.input(bias) < 0) {
      const std::vector<float> zeros(static_cast<size_t>(g[w].dims[static_cast<size_t>(rule->axis)]));
      op.inputs.resize(std::max(op.inputs.size(), bias + 1), -1);
      op.inputs[bias] = g.add_floats(g[w].name + "/bias", {static_cast<int32_t>(zeros.size())}, zeros);
      uses.push_back(1);
    }
    for (const size_t j : {weights, bias}) {
      uint32_t& n = uses[static_cast<size_t>(op.inputs[j])];
      if (n < 2 || !g[op.inputs[j]].constant()) continue;
      --n;
      ir::Tensor copy = g[op.inputs[j]];
      op.inputs[j] = g.add(std::move(copy));
      uses.push_back(1);
    }
  }
}

std::map<int32_t, std::vector<float>> equalize(ir::Graph& g, const Statistics& statistics, const EqualizeOptions& options) {
  std::map<int32_t, std::vector<float>> factors;
  const ir::Uses uses(g);
  for (const ir::Op& first : g.ops) {
    const std::optional<Layer> a = layer_of(g, first);
    if (!a || a->bias < 0 || !g[a->bias].constant() || !uses.single(a->output)) continue;
    if (first.activation() != Activation::kNone && first.activation() != Activation::kRelu) continue;
    const ir::Op& second = g.ops[static_cast<size_t>(uses.consumers[static_cast<size_t>(a->output)][0])];
    const std::optional<Layer> b = layer_of(g, second);
    if (!b || b->input != a->output || b->in_channels != a->channels || b->weights == a->weights) continue;
    const TensorStatistics* seen = statistics.find(a->output);
    if (seen == nullptr || seen->channel_low.size() != a->channels) continue;
    std::vector<float> reach(a->channels);
    for (size_t c = 0; c < reach.size(); ++c) reach[c] = std::max(std::abs(seen->channel_low[c]), std::abs(seen->channel_high[c]));
    const float most = *std::max_element(reach.begin(), reach.end());
    if (!(most > 0)) continue;
    const double power = second.code == Builtin::DEPTHWISE_CONV_2D ? options.depthwise_power : options.power;
    std::vector<float> factor(reach.size());
    for (size_t c = 0; c < reach.size(); ++c) {
      // A power of two would be exact; any factor is within rounding of the same function.
      factor[c] =
          reach[c] > 0 ? static_cast<float>(std::max(options.floor, std::pow(std::min(1.0, options.headroom * reach[c] / most), power))) : 1.0f;
    }
    const auto change = [&](int32_t tensor, const auto& f) {
      const auto v = g[tensor].values<float>();
      std::vector<float> copy(v.begin(), v.end());
      f(copy);
      g[tensor].set_values<float>(copy);
    };
    change(a->weights, [&](std::vector<float>& w) {
      for (size_t c = 0; c < a->channels; ++c) {
        for (size_t k = 0; k < a->depth; ++k) w[a->weight(c, k)] /= factor[c];
      }
    });
    change(a->bias, [&](std::vector<float>& v) {
      for (size_t c = 0; c < a->channels; ++c) v[c] /= factor[c];
    });
    change(b->weights, [&](std::vector<float>& w) {
      for (size_t c = 0; c < b->channels; ++c) {
        for (size_t k = 0; k < b->depth; ++k) w[b->weight(c, k)] *= factor[b->group_of(c) * b->group_depth + k % b->group_depth];
      }
    });
    factors[a->output] = std::move(factor);
  }
  return factors;
}

}  // namespace midge
