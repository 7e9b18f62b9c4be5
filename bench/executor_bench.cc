// The executor's speed on a float .tflite model, for executor_bench.py.
//
//   midge_executor_bench MODEL [--threads N] [--samples N]
//
// For each line on stdin with a number of seconds it runs so long on pseudo-random samples, N a call, and prints how many samples
// that were, and wall and processor time, as one line of JSON.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <iostream>
#include <random>

#include "compiler/execute/executor.h"
#include "compiler/execute/kernels/simd.h"
#include "compiler/import/tflite/tflite.h"
#include "report/model_summary.h"
#include "verify/host_model.h"

namespace midge {
namespace {

int measure(const ir::Graph& graph, uint64_t macs, unsigned threads, size_t samples) {
  using Clock = std::chrono::steady_clock;
  Executor executor(graph, threads);
  std::mt19937 random(1);
  std::vector<Activation32> inputs;
  for (const int32_t i : graph.inputs) {
    Activation32 a{graph[i].type, ir::Bytes(graph[i].bytes() * samples)};
    if (a.type == Type::kFloat32) {
      for (float& x : a.floats()) x = static_cast<float>(random() >> 8) / 8388608.0f - 1;
    }
    inputs.push_back(std::move(a));
  }
  double seconds = 0;
  while (std::cin >> seconds) {
    const auto start = Clock::now();
    const std::clock_t cpu = std::clock();
    uint64_t done = 0;
    double took = 0;
    do {
      executor.run(inputs, samples);
      done += samples;
      took = std::chrono::duration<double>(Clock::now() - start).count();
    } while (took < seconds);
    const double cpu_seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
    fmt::print("{{\"samples\": {}, \"seconds\": {:.6f}, \"cpu_seconds\": {:.6f}, \"macs\": {}, \"simd\": \"{}\"}}\n", done, took,
               cpu_seconds, macs, simd().name);
    std::fflush(stdout);
  }
  return 0;
}

int run(const std::vector<std::string>& args) {
  std::string model;
  unsigned threads = 0;
  size_t samples = 64;
  for (size_t i = 0; i < args.size(); ++i) {
    const bool more = i + 1 < args.size();
    if (args[i] == "--threads" && more) {
      threads = static_cast<unsigned>(std::stoul(args[++i]));
    } else if (args[i] == "--samples" && more) {
      samples = std::stoul(args[++i]);
    } else {
      model = args[i];
    }
  }
  const std::vector<uint8_t> file = read_file(model);
  ir::Module module = import_tflite(file, model);
  for (ir::Tensor& t : module.main().tensors) std::replace(t.dims.begin(), t.dims.end(), -1, 1);
  const HostModel host(file, model);
  return measure(module.main(), summarize(host.model(), model).macs, threads, samples);
}

}  // namespace
}  // namespace midge

int main(int argc, char** argv) {
  try {
    return midge::run({argv + 1, argv + argc});
  } catch (const std::exception& e) {
    fmt::print(stderr, "error: {}\n", e.what());
    return 1;
  }
}
