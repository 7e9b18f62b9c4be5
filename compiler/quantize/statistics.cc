#include "compiler/quantize/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace midge {

void TensorStatistics::merge(const TensorStatistics& other) {
  if (other.samples == 0) return;
  histogram.merge(other.histogram);
  if (samples == 0) {
    channel_low = other.channel_low, channel_high = other.channel_high, average = other.average;
  } else {
    for (size_t c = 0; c < channel_low.size(); ++c) {
      channel_low[c] = std::min(channel_low[c], other.channel_low[c]);
      channel_high[c] = std::max(channel_high[c], other.channel_high[c]);
    }
    const double part = static_cast<double>(other.samples) / static_cast<double>(samples + other.samples);
    average.low += part * (other.average.low - average.low);
    average.high += part * (other.average.high - average.high);
  }
  samples += other.samples;
}

void Statistics::add(const ir::Graph& graph, int32_t tensor, std::span<const float> values, size_t samples, std::span<const uint64_t> numbers) {
  if (values.empty()) return;
  TensorStatistics& t = tensors_[tensor];
  const size_t each = values.size() / samples;
  if (!t.histogram.add(values)) {
    const auto bad = std::find_if(values.begin(), values.end(), [](float x) { return !(std::abs(x) <= 3.4e38f); });
    const auto at = static_cast<size_t>(bad - values.begin());
    const bool is_input = std::find(graph.inputs.begin(), graph.inputs.end(), tensor) != graph.inputs.end();
    Diagnostic d;
    d.id = "sample-not-finite", d.tensor_index = tensor, d.tensor_name = graph[tensor].name;
    d.message = fmt::format("{} in sample {}, element {}", std::isnan(*bad) ? "NaN" : "an infinity",
                            numbers.empty() ? at / each : numbers[at / each], at % each);
    d.hint = is_input ? "remove the sample or repair it" : "the sample makes the float model overflow: check its preprocessing";
    throw DiagnosticError(d, 2);
  }
  const size_t channels = graph[tensor].dims.empty() ? 1 : static_cast<size_t>(std::max(1, graph[tensor].dims.back()));
  if (t.samples == 0) {
    t.channel_low.assign(values.begin(), values.begin() + static_cast<ptrdiff_t>(channels));
    t.channel_high = t.channel_low;
  }
  parallel_for(channels, 16, [&](size_t begin, size_t end) {
    float* low = t.channel_low.data();
    float* high = t.channel_high.data();
    for (size_t i = 0; i < values.size(); i += channels) {
      for (size_t c = begin; c < end; ++c) {
        const float x = values[i + c];
        low[c] = x < low[c] ? x : low[c];
        high[c] = x > high[c] ? x : high[c];
      }
    }
  });
  for (size_t s = 0; s < samples; ++s) {
    const Extremes e = extremes_of(values.subspan(s * each, each));
    const double weight = t.samples + s == 0 ? 1 : 0.05;
    t.average.low += weight * (e.low - t.average.low);
    t.average.high += weight * (e.high - t.average.high);
  }
  t.samples += samples;
}

void Statistics::merge(const Statistics& other) {
  for (const auto& [tensor, t] : other.tensors_) tensors_[tensor].merge(t);
}

const TensorStatistics* Statistics::find(int32_t tensor) const {
  const auto found = tensors_.find(tensor);
  return found == tensors_.end() ? nullptr : &found->second;
}

std::vector<bool> measured_tensors(const ir::Graph& graph) {
  std::vector<bool> measured(graph.tensors.size());
  for (const int32_t i : graph.inputs) measured[static_cast<size_t>(i)] = graph[i].type == Type::kFloat32;
  for (const ir::Op& op : graph.ops) {
    const QuantizationRule* rule = find_rule(op.code);
    // A pooling by averages may get a scale of its own (prepare.h).
    const bool same = rule != nullptr && rule->output == OutputScale::kSame && rule->activations != QuantizationRule::kAll &&
                      op.code != Builtin::AVERAGE_POOL_2D;
    for (const int32_t o : op.outputs) measured[static_cast<size_t>(o)] = graph[o].type == Type::kFloat32 && !same;
  }
  return measured;
}

namespace {

/// What is known about a tensor; for one that was moved and not measured, about what it was moved from.
void gather(const ir::Graph& graph, const Statistics& statistics, const std::vector<int32_t>& producer, int32_t tensor,
            std::set<int32_t>& seen, TensorStatistics& all) {
  if (tensor < 0 || !seen.insert(tensor).second) return;
  if (const TensorStatistics* s = statistics.find(tensor)) {
    TensorStatistics part = *s;
    part.channel_low.clear(), part.channel_high.clear();  // of different tensors: not comparable
    all.merge(part);
    return;
  }
  if (graph[tensor].constant() && graph[tensor].type == Type::kFloat32) {
    TensorStatistics part;
    part.samples = 1;
    if (part.histogram.add(graph[tensor].values<float>()) && !part.histogram.empty()) {
      part.average = {part.histogram.low(), part.histogram.high()};
      all.merge(part);
    }
    return;
  }
  const auto at = static_cast<size_t>(tensor);
  if (at >= producer.size() || producer[at] < 0) return;
  const ir::Op& op = graph.ops[static_cast<size_t>(producer[at])];
  const QuantizationRule* rule = find_rule(op.code);
  for (size_t j = 0; j < op.inputs.size(); ++j) {
    if (rule != nullptr && rule->is_activation(j)) gather(graph, statistics, producer, op.inputs[j], seen, all);
  }
}

void choose_scale(const ir::Graph& graph, const Statistics& statistics, const std::vector<int32_t>& producer, const RangeFactors& factors,
                  ScaleGroup& group) {
  if (group.fixed) return;
  TensorStatistics all;
  std::set<int32_t> seen;
  const auto measured = [&](int32_t t) { return statistics.find(t) != nullptr; };
  const bool any = std::any_of(group.tensors.begin(), group.tensors.end(), measured);
  for (const int32_t t : group.tensors) {
    if (!any || measured(t)) gather(graph, statistics, producer, t, seen, all);
  }
  const int levels = group.type == Type::kInt16 ? 65535 : 256;
  Range r = choose_range(all.histogram, group.range, group.percentile, levels, group.type == Type::kInt16, all.average);
  if (const auto factor = factors.find(group.tensors.front()); factor != factors.end()) r.low *= factor->second, r.high *= factor->second;
  for (const int32_t c : group.constants) {
    for (const float x : graph[c].values<float>()) r.low = std::min<double>(r.low, x), r.high = std::max<double>(r.high, x);
  }
  group.quantization = quantization_of(r, group.type);
}

}  // namespace

void choose_scales(const ir::Graph& graph, const Statistics& statistics, const RangeFactors& factors, Plan& plan) {
  const ir::Uses uses(graph);
  parallel_for(plan.groups.size(), 1, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) choose_scale(graph, statistics, uses.producer, factors, plan.groups[i]);
  });
}

}  // namespace midge
