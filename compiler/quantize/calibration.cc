#include "compiler/quantize/calibration.h"

#include <fmt/format.h>

#include <algorithm>

namespace midge {
namespace {

constexpr size_t kKeptBytes = size_t{32} << 20;

size_t room(const ir::Graph& graph, size_t most) {
  size_t bytes = 1;
  for (const size_t b : sample_bytes(graph)) bytes += b;
  return std::clamp<size_t>(kKeptBytes / bytes, 4, most);
}

[[noreturn]] void fail(const char* id, const std::string& message, const std::string& file, const ir::Graph& graph, int32_t tensor,
                       const std::string& hint) {
  Diagnostic d;
  d.id = id, d.message = message, d.file = file, d.hint = hint;
  if (tensor >= 0) d.tensor_index = tensor, d.tensor_name = graph[tensor].name;
  throw DiagnosticError(d, 2);
}

}  // namespace

Calibration::Calibration(const ir::Graph& graph) : fit_samples(graph, room(graph, 512)), held(graph, room(graph, 128)) {}

Calibration calibrate(const ir::Graph& graph, SampleSource& source, unsigned threads, const Progress& progress) {
  Calibration c(graph);
  Executor executor(graph, threads);
  const std::vector<bool> measured = measured_tensors(graph);
  const std::vector<size_t> bytes = sample_bytes(graph);
  const size_t batch = std::min<size_t>(executor.good_batch(), 64);
  const uint64_t all = source.count().value_or(0);
  // With too few samples to judge recipes by, none is held out.
  const bool hold = !source.count() || all >= kFewSamples;
  std::vector<Activation32> inputs;
  while (const size_t n = source.read(batch, inputs)) {
    if (inputs.size() != graph.inputs.size())
      fail("wrong-samples", fmt::format("{} inputs in a sample, the model has {}", inputs.size(), graph.inputs.size()), source.name(),
           graph, -1, "");
    for (size_t i = 0; i < inputs.size(); ++i) {
      const ir::Tensor& t = graph[graph.inputs[i]];
      if (inputs[i].type == t.type && inputs[i].bytes.size() == n * bytes[i]) continue;
      fail("wrong-samples",
           fmt::format("{} bytes of {} for {} samples of {}", inputs[i].bytes.size(), type_name(inputs[i].type), n, ir::type_and_dims(t)),
           source.name(), graph, graph.inputs[i], "");
    }
    // Runs of samples of one kind go through the network together.
    std::vector<size_t> fit, held;
    for (size_t s = 0; s < n; ++s) (hold && (c.samples + s) % 5 == 4 ? held : fit).push_back(s);
    for (const auto* list : {&fit, &held}) {
      if (list->empty()) continue;
      std::vector<Activation32> part(inputs.size());
      std::vector<uint64_t> numbers;
      for (const size_t s : *list) numbers.push_back(c.samples + s);
      for (size_t i = 0; i < inputs.size(); ++i) {
        part[i].type = inputs[i].type;
        for (const size_t s : *list) {
          const auto from = inputs[i].bytes.begin() + static_cast<ptrdiff_t>(s * bytes[i]);
          part[i].bytes.insert(part[i].bytes.end(), from, from + static_cast<ptrdiff_t>(bytes[i]));
        }
      }
      Statistics& to = list == &fit ? c.fit : c.held_statistics;
      executor.run(part, list->size(), [&](int32_t tensor, std::span<float> values, size_t samples) {
        if (measured[static_cast<size_t>(tensor)]) to.add(graph, tensor, values, samples, numbers);
      });
      for (size_t s = 0; s < list->size(); ++s) (list == &fit ? c.fit_samples : c.held).offer(part, s);
    }
    c.samples += n;
    if (progress) progress("calibrate", c.samples, all);
  }
  if (c.samples == 0)
    fail("no-samples", "there are no calibration samples", source.name(), graph, -1, "give at least one; some hundred are better");
  Statistics together = c.fit;
  together.merge(c.held_statistics);
  for (const int32_t i : graph.inputs) {
    const TensorStatistics* t = together.find(i);
    if (t == nullptr || t->histogram.count() < 2 || t->histogram.low() < t->histogram.high()) continue;
    fail("constant-samples", fmt::format("all {} calibration samples hold nothing but the value {}", c.samples, t->histogram.low()),
         source.name(), graph, i, "give samples as the model will see them");
  }
  return c;
}

}  // namespace midge
