#include "compiler/quantize/layerwise.h"

#include <algorithm>
#include <cmath>

#include "compiler/execute/parallel.h"
#include "compiler/quantize/layer.h"
#include "compiler/quantize/observation.h"
#include "compiler/quantize/ranges.h"
#include "compiler/quantize/rounding.h"

namespace midge {
namespace {

std::vector<float> mean_sample(std::span<const float> values, size_t samples) {
  const size_t each = values.size() / samples;
  std::vector<float> mean(each);
  parallel_for(each, 256, [&](size_t begin, size_t end) {
    std::vector<double> sum(end - begin);
    for (size_t s = 0; s < samples; ++s) {
      for (size_t i = begin; i < end; ++i) sum[i - begin] += values[s * each + i];
    }
    for (size_t i = begin; i < end; ++i) mean[i] = static_cast<float>(sum[i - begin] / static_cast<double>(samples));
  });
  return mean;
}

class Pass {
 public:
  Pass(const ir::Graph& graph, const Plan& plan, size_t samples, const MeanSamples& means, const LayerwiseOptions& options)
      : g_(graph), plan_(plan), samples_(samples), means_(means), options_(options), executor_(graph, options.threads) {}

  std::map<size_t, LayerWeights> run(std::span<const Activation32> inputs) {
    const ThreadLimit limit(options_.threads);
    quantize_constants();
    std::vector<size_t> last(g_.tensors.size());
    for (size_t k = 0; k < g_.ops.size(); ++k) {
      for (const int32_t i : g_.ops[k].inputs) {
        if (i >= 0) last[static_cast<size_t>(i)] = k;
      }
    }
    // What follows the last layer has no weights to round.
    size_t end = 0;
    for (size_t k = 0; k < g_.ops.size(); ++k) {
      if (plan_.ops[k].type != Type::kFloat32 && plan_.ops[k].rule->weights >= 0) end = k + 1;
    }
    for (size_t i = 0; i < g_.inputs.size(); ++i) {
      values_[g_.inputs[i]] = inputs[i];
      round_stored(g_.inputs[i]);
    }
    for (size_t k = 0; k < end; ++k) {
      if (plan_.ops[k].type != Type::kFloat32 && plan_.ops[k].rule->weights >= 0) quantize_layer(k);
      if (k + 1 == end) break;
      run_op(k);
      for (const int32_t i : g_.ops[k].inputs) {
        if (i >= 0 && last[static_cast<size_t>(i)] <= k) values_.erase(i);
      }
    }
    return std::move(layers_);
  }

 private:
  void quantize_constants() {
    for (size_t k = 0; k < g_.ops.size(); ++k) {
      if (plan_.ops[k].type == Type::kFloat32) continue;
      for (size_t j = 0; j < g_.ops[k].inputs.size(); ++j) {
        const int32_t i = g_.ops[k].inputs[j];
        if (i < 0 || !plan_.ops[k].rule->is_activation(j) || !g_[i].constant() || g_[i].type != Type::kFloat32) continue;
        const auto v = g_[i].values<float>();
        std::vector<float> copy(v.begin(), v.end());
        if (copy.empty()) continue;
        const auto [low, high] = std::minmax_element(copy.begin(), copy.end());
        fake_quantize(copy, quantization_of({*low, *high}, plan_.ops[k].type), plan_.ops[k].type);
        executor_.set_constant(i, copy);
      }
    }
  }

  void round_stored(int32_t tensor) {
    const ScaleGroup* s = plan_.stored(tensor);
    if (s != nullptr && plan_.native[static_cast<size_t>(tensor)] != Type::kFloat32)
      fake_quantize(values_[tensor].floats(), s->quantization, s->type);
  }

  /// An activation input as the operator reads it: rescaled where its edge asks for that.
  std::map<int32_t, Activation32> swap_edges(size_t k) {
    std::map<int32_t, Activation32> kept;
    for (size_t j = 0; j < g_.ops[k].inputs.size(); ++j) {
      const auto edge = plan_.edges.find({k, j});
      if (edge == plan_.edges.end()) continue;
      const ScaleGroup& s = plan_.groups[edge->second];
      const int32_t i = g_.ops[k].inputs[j];
      if (plan_.stored(i) == &s || kept.contains(i)) continue;
      kept[i] = values_[i];
      fake_quantize(values_[i].floats(), s.quantization, s.type);
    }
    return kept;
  }

  void run_op(size_t k) {
    std::map<int32_t, Activation32> kept = swap_edges(k);
    executor_.run_op(k, values_, samples_);
    for (auto& [i, v] : kept) values_[i] = std::move(v);
    for (const int32_t o : g_.ops[k].outputs) {
      if (g_[o].type == Type::kFloat32) round_stored(o);
    }
  }

  void quantize_layer(size_t k) {
    const OpPlan& p = plan_.ops[k];
    const ir::Op& op = g_.ops[k];
    const int32_t in = op.inputs[static_cast<size_t>(std::countr_zero(p.rule->activations))];
    const int32_t weights = op.inputs[static_cast<size_t>(p.rule->weights)], bias = op.inputs[static_cast<size_t>(p.rule->bias)];
    const auto w = g_[weights].values<float>();
    const auto b = g_[bias].values<float>();
    const size_t axis = std::min(static_cast<size_t>(p.rule->axis), g_[weights].dims.size() - 1);
    const auto channels = static_cast<size_t>(g_[weights].dims[axis]);
    size_t inner = 1;
    for (size_t d = axis + 1; d < g_[weights].dims.size(); ++d) inner *= static_cast<size_t>(g_[weights].dims[d]);
    const auto channel_of = [&](size_t i) { return i / inner % channels; };

    LayerWeights result;
    result.limit = p.recipe.scheme == Scheme::kInt4Weights && (p.rule->types & QuantizationRule::kW4) != 0 ? 7 : 127;
    result.bias.assign(b.begin(), b.end());
    result.q.resize(w.size());
    std::vector<double> most(channels);
    for (size_t i = 0; i < w.size(); ++i) most[channel_of(i)] = std::max(most[channel_of(i)], std::abs(static_cast<double>(w[i])));
    const auto edge = plan_.edges.find({k, static_cast<size_t>(std::countr_zero(p.rule->activations))});
    const double in_scale = edge == plan_.edges.end() ? 1 : static_cast<double>(plan_.groups[edge->second].quantization.scales[0]);
    for (size_t c = 0; c < channels; ++c) {
      double s = std::max(most[c] / result.limit, 1e-20);
      s = std::max(s, least_weight_scale(b[c], in_scale));
      result.scales.push_back(static_cast<float>(s));
    }
    const std::optional<Layer> layer = layer_of(g_, op);
    if (layer && means_.contains(in)) {
      std::map<int32_t, Activation32> kept = swap_edges(k);
      round_layer(*layer, p, w, result);
      for (auto& [i, v] : kept) values_[i] = std::move(v);
    } else {
      for (size_t i = 0; i < w.size(); ++i) {
        const double q = static_cast<double>(w[i]) / static_cast<double>(result.scales[channel_of(i)]);
        result.q[i] = static_cast<int8_t>(std::clamp<long>(std::lround(q), -result.limit, result.limit));
      }
    }
    std::vector<float> real(w.size());
    for (size_t i = 0; i < w.size(); ++i) real[i] = result.scales[channel_of(i)] * static_cast<float>(result.q[i]);
    executor_.set_constant(weights, real);
    executor_.set_constant(bias, result.bias);
    layers_[k] = std::move(result);
  }

  void round_layer(const Layer& l, const OpPlan& p, std::span<const float> w, LayerWeights& result) {
    const std::span<const float> x = values_[l.input].floats();
    const std::vector<float> mean_now = mean_sample(x, samples_);
    const std::vector<float>& mean_float = means_.at(l.input);
    const Observed seen = observe(l, samples_, options_.most_positions);
    const size_t per_group = l.channels / l.groups;
    // A covariance of far fewer observations than inputs says little: rounding to nearest is as good, and does not fit to them.
    const Rounding rounding = seen.count * 8 < l.depth ? Rounding::kNearest : p.recipe.rounding;
    const bool needs_covariance = rounding != Rounding::kNearest || result.limit < 127;
    // Of few samples the mean error is itself uncertain.
    const double rows = static_cast<double>(samples_);
    const double trust = p.recipe.bias_correction ? rows / (rows + 2) : 0;
    const auto group = [&](size_t g, bool parallel) {
      const std::vector<double> m = l.mean_patch(mean_now, g), target = l.mean_patch(mean_float, g);
      std::optional<Covariance> h;
      if (needs_covariance) {
        const std::vector<double> origin = p.recipe.bias_correction ? m : std::vector<double>(m.size());
        h.emplace(parallel ? dense_covariance(l, x, seen, g, origin) : small_covariance(l, x, seen, g, origin), l.depth, seen.count);
        if (rounding == Rounding::kGptq) h->make_factor();
      }
      const auto channel = [&](size_t c) {
        std::vector<float> weights(l.depth);
        std::vector<int8_t> q(l.depth);
        for (size_t k = 0; k < l.depth; ++k) weights[k] = w[l.weight(c, k)];
        if (result.limit < 127) refine_scale(*h, weights, result.limit, result.scales[c]);
        round_weights(rounding, h ? &*h : nullptr, weights, result.scales[c], result.limit, options_.sweeps, q);
        double shift = 0;
        for (size_t k = 0; k < l.depth; ++k) {
          result.q[l.weight(c, k)] = q[k];
          shift += static_cast<double>(weights[k]) * target[k] - static_cast<double>(result.scales[c]) * q[k] * m[k];
        }
        result.bias[c] += static_cast<float>(trust * shift);
      };
      if (parallel) {
        parallel_for(per_group, 1, [&](size_t begin, size_t end) {
          for (size_t c = begin; c < end; ++c) channel(g * per_group + c);
        });
      } else {
        for (size_t c = 0; c < per_group; ++c) channel(g * per_group + c);
      }
    };
    if (l.groups == 1) return group(0, true);
    parallel_for(l.groups, 1, [&](size_t begin, size_t end) {
      for (size_t g = begin; g < end; ++g) group(g, false);
    });
  }

  /// Few levels: cutting the largest weights off may be worth the finer steps.
  static void refine_scale(const Covariance& h, std::span<const float> w, int limit, float& scale) {
    const float full = scale;
    double least = INFINITY;
    std::vector<int8_t> q(w.size());
    for (int i = 20; i >= 10; --i) {
      const float s = full * static_cast<float>(i) / 20;
      round_weights(Rounding::kNearest, nullptr, w, s, limit, 0, q);
      const double e = output_error(h, w, s, q);
      if (e < least) least = e, scale = s;
    }
  }

  const ir::Graph& g_;
  const Plan& plan_;
  size_t samples_;
  const MeanSamples& means_;
  LayerwiseOptions options_;
  Executor executor_;
  std::map<int32_t, Activation32> values_;
  std::map<size_t, LayerWeights> layers_;
};

}  // namespace

void fake_quantize(std::span<float> values, const ir::Quantization& quantization, Type type) {
  const float scale = quantization.scales[0], inverse = 1 / scale;
  const auto zero = static_cast<float>(quantization.zero_points[0]);
  const float low = (type == Type::kInt16 ? -32768.0f : -128.0f) - zero, high = (type == Type::kInt16 ? 32767.0f : 127.0f) - zero;
  parallel_for(values.size(), 1 << 14, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      // Adding and taking away 1.5 * 2^23 rounds to an integer.
      float q = values[i] * inverse;
      q = q < low ? low : q > high ? high : q;
      q = (q + 12582912.0f) - 12582912.0f;
      values[i] = q * scale;
    }
  });
}

double least_weight_scale(double bias, double input_scale) { return std::abs(bias) / (input_scale * 1073741824.0); }

std::map<size_t, LayerWeights> quantize_layers(const ir::Graph& graph, const Plan& plan, std::span<const Activation32> inputs,
                                               size_t samples, const MeanSamples& means, const LayerwiseOptions& options) {
  return Pass(graph, plan, samples, means, options).run(inputs);
}

}  // namespace midge
