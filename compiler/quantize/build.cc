#include "compiler/quantize/build.h"

#include <algorithm>

#include "compiler/execute/parallel.h"
#include "compiler/quantize/layer.h"
#include "compiler/quantize/prepare.h"
#include "compiler/quantize/sample_store.h"

namespace midge {
namespace {

/// The float graph on the samples: the mean of what layers read, and the statistics of tensors that were equalised.
MeanSamples observe_floats(const ir::Graph& g, const Material& m, const std::map<int32_t, std::vector<float>>& factors, Statistics& statistics) {
  std::vector<bool> read(g.tensors.size());
  for (const ir::Op& op : g.ops) {
    if (const auto layer = layer_of(g, op)) read[static_cast<size_t>(layer->input)] = true;
  }
  std::map<int32_t, std::vector<double>> sums;
  Statistics fresh;
  Executor executor(g, m.threads);
  const std::vector<size_t> bytes = sample_bytes(g);
  const size_t batch = std::min<size_t>(executor.good_batch(), 32);
  for (size_t first = 0; first < m.samples; first += batch) {
    const size_t n = std::min(batch, m.samples - first);
    executor.run(slice(m.inputs, bytes, first, n), n, [&](int32_t t, std::span<float> values, size_t samples) {
      if (factors.contains(t)) fresh.add(g, t, values, samples);
      if (!read[static_cast<size_t>(t)]) return;
      const size_t each = values.size() / samples;
      std::vector<double>& sum = sums[t];
      sum.resize(each);
      parallel_for(each, 1024, [&](size_t begin, size_t end) {
        for (size_t s = 0; s < samples; ++s) {
          for (size_t i = begin; i < end; ++i) sum[i] += values[s * each + i];
        }
      });
    });
  }
  for (auto& [t, seen] : fresh.tensors()) {
    // All samples' extremes are known channel by channel.
    const TensorStatistics& before = *statistics.find(t);
    const std::vector<float>& f = factors.at(t);
    float low = seen.histogram.low(), high = seen.histogram.high();
    for (size_t c = 0; c < f.size(); ++c) {
      low = std::min(low, before.channel_low[c] / f[c]);
      high = std::max(high, before.channel_high[c] / f[c]);
    }
    seen.histogram.widen(low, high);
    statistics.tensors()[t] = std::move(seen);
  }
  MeanSamples means;
  for (const auto& [t, sum] : sums) {
    std::vector<float>& mean = means[t];
    for (const double x : sum) mean.push_back(static_cast<float>(x / static_cast<double>(m.samples)));
  }
  return means;
}

}  // namespace

Built build(const Material& m, const Recipe& recipe, const RangeFactors& range_factors, std::vector<Diagnostic>& warnings) {
  const ThreadLimit limit(m.threads);
  Built b;
  b.graph = m.graph;
  prepare_for_quantization(b.graph, recipe);
  std::map<int32_t, std::vector<float>> factors;
  Statistics statistics = m.statistics;
  if (recipe.equalize) {
    EqualizeOptions options;
    // With few samples, channels that hardly fired in calibration may fire later: they are not scaled up to the brim.
    if (m.calibrated < 100) options.floor = 0.1, options.headroom = 2;
    if (m.calibrated < 50) options.power = 0;
    factors = equalize(b.graph, statistics, options);
  }
  const MeanSamples means = observe_floats(b.graph, m, factors, statistics);
  b.plan = make_plan(b.graph, recipe, warnings);
  choose_scales(b.graph, statistics, range_factors, b.plan);
  LayerwiseOptions options;
  options.threads = m.threads;
  b.layers = quantize_layers(b.graph, b.plan, m.inputs, m.samples, means, options);
  return b;
}

}  // namespace midge
