// The stages on a small network: what is exact stays exact, and the simulation says what the integer kernels compute.
#include "compiler/quantize/build.h"

#include <gtest/gtest.h>

#include "compiler/emit/tflite.h"
#include "compiler/execute/integer_runner.h"
#include "compiler/quantize/layer.h"
#include "compiler/quantize/lower.h"
#include "compiler/quantize/prepare.h"
#include "compiler/quantize/quantize.h"
#include "compiler/quantize/sample_store.h"
#include "compiler/quantize/testing.h"

namespace midge {
namespace {

constexpr size_t kEach = 144;

std::vector<float> run_float(const ir::Graph& g, const std::vector<float>& x) {
  Activation32 in;
  const auto* p = reinterpret_cast<const uint8_t*>(x.data());
  in.bytes.assign(p, p + x.size() * sizeof(float));
  const std::vector<Activation32> out = Executor(g).run(std::span(&in, 1), x.size() / kEach);
  return {out[0].floats().begin(), out[0].floats().end()};
}

Statistics measure(const ir::Graph& g, const std::vector<float>& x) {
  Statistics s;
  Activation32 in;
  const auto* p = reinterpret_cast<const uint8_t*>(x.data());
  in.bytes.assign(p, p + x.size() * sizeof(float));
  Executor(g).run(std::span(&in, 1), x.size() / kEach, [&](int32_t t, std::span<float> v, size_t n) { s.add(g, t, v, n); });
  return s;
}

TEST(Prepare, KeepsWhatTheNetworkComputes) {
  const ir::Module module = testing::small_network();
  const std::vector<float> x = testing::normal_values(kEach * 20, 9);
  const std::vector<float> want = run_float(module.main(), x);
  ir::Graph g = module.main();
  prepare_for_quantization(g, Recipe());
  EXPECT_EQ(g.ops[2].code, Builtin::MEAN);
  const Statistics s = measure(g, x);
  const auto factors = equalize(g, s, {});
  ASSERT_EQ(factors.size(), 1u);
  const std::vector<float> got = run_float(g, x);
  for (size_t i = 0; i < want.size(); ++i) EXPECT_NEAR(got[i], want[i], 1e-5f);
  // In front of a depthwise convolution all channels now reach as far.
  const Statistics after = measure(g, x);
  const TensorStatistics& t = *after.find(factors.begin()->first);
  for (const float high : t.channel_high) EXPECT_NEAR(high, t.histogram.high(), 0.01f * t.histogram.high());
}

TEST(Layer, PatchesTimesWeightsAreTheConvolution) {
  ir::Module module = testing::small_network();
  ir::Graph& g = module.main();
  const std::vector<float> x = testing::normal_values(kEach, 5);
  std::vector<float> first, second;
  Activation32 in;
  const auto* p = reinterpret_cast<const uint8_t*>(x.data());
  in.bytes.assign(p, p + x.size() * sizeof(float));
  Executor(g).run(std::span(&in, 1), 1, [&](int32_t t, std::span<float> v, size_t) {
    if (g[t].name == "first") first.assign(v.begin(), v.end());
    if (g[t].name == "second") second.assign(v.begin(), v.end());
  });
  for (const size_t k : {0u, 1u}) {
    const std::optional<Layer> l = layer_of(g, g.ops[k]);
    ASSERT_TRUE(l);
    const std::vector<float>&input = k == 0 ? x : first, &want = k == 0 ? first : second;
    const auto w = g[l->weights].values<float>();
    std::vector<float> patch(l->depth);
    for (size_t at = 0; at < l->positions(); ++at) {
      for (size_t c = 0; c < l->channels; ++c) {
        l->patch(input.data(), at, l->group_of(c), patch.data());
        double sum = l->bias < 0 ? 0 : static_cast<double>(g[l->bias].values<float>()[c]);
        for (size_t i = 0; i < l->depth; ++i) sum += static_cast<double>(patch[i] * w[l->weight(c, i)]);
        if (k == 0) sum = std::max(sum, 0.0);
        EXPECT_NEAR(sum, want[at * l->channels + c], 1e-4);
      }
    }
  }
}

TEST(Simulation, IsWhatTheIntegerKernelsCompute) {
  const ir::Module module = testing::small_network();
  const std::vector<float> x = testing::normal_values(kEach * 24, 9);
  const Statistics s = measure(module.main(), x);
  Activation32 in;
  const auto* p = reinterpret_cast<const uint8_t*>(x.data());
  in.bytes.assign(p, p + x.size() * sizeof(float));
  const std::vector<Activation32> inputs(1, in);
  Recipe recipe;
  recipe.name = "test";
  std::vector<Diagnostic> warnings;
  const Built b = build({module.main(), s, inputs, 24, 24, 0}, recipe, {}, warnings);
  EXPECT_TRUE(warnings.empty());
  // The float graph with rounded weights and activations.
  Executor executor(b.graph);
  for (const auto& [k, layer] : b.layers) {
    const ir::Op& op = b.graph.ops[k];
    std::vector<float> w(layer.q.size());
    for (size_t i = 0; i < w.size(); ++i) {
      const size_t c = op.code == Builtin::DEPTHWISE_CONV_2D ? i % layer.scales.size() : i / (w.size() / layer.scales.size());
      w[i] = layer.scales[c] * static_cast<float>(layer.q[i]);
    }
    executor.set_constant(op.inputs[1], w);
    executor.set_constant(op.inputs[2], layer.bias);
  }
  std::map<std::string, std::vector<float>> simulated;
  executor.run(inputs, 24, [&](int32_t t, std::span<float> v, size_t) {
    const ScaleGroup* group = b.plan.stored(t);
    ASSERT_NE(group, nullptr);
    fake_quantize(v, group->quantization, group->type);
    simulated[b.graph[t].name].assign(v.begin(), v.end());
  });
  ir::Module lowered;
  lowered.graphs.push_back(lower(b.graph, b.plan, b.layers, Type::kInt8, Type::kInt8));
  lowered.main().remove_dead();
  IntegerRunner runner(emit_tflite(lowered), "lowered");
  size_t differing = 0, all = 0;
  runner.run(inputs, 24, [&](int32_t t, std::span<const uint8_t> stored, size_t samples) {
    const ir::Tensor& tensor = runner.graph()[t];
    const auto found = simulated.find(tensor.name);
    if (found == simulated.end()) return;
    std::vector<float> real(static_cast<size_t>(tensor.count()) * samples);
    to_real(tensor, stored, real);
    for (size_t i = 0; i < real.size(); ++i) {
      // A step in one layer may become several further on, and the softmax stretches them.
      if (tensor.name != "out") {
        EXPECT_LE(std::abs(real[i] - found->second[i]), 3.01f * tensor.quantization.scales[0]) << tensor.name;
      }
      differing += std::abs(real[i] - found->second[i]) > 0.5f * tensor.quantization.scales[0];
    }
    all += real.size();
  });
  EXPECT_GT(all, 10000u);
  EXPECT_LT(differing * 100, all);  // the last bit, here and there
}

TEST(Quantize, RecoveredIsNoWorseOnHeldOutSamples) {
  const ir::Module module = testing::small_network();
  double best[2] = {};
  for (const bool recover : {false, true}) {
    testing::MemorySource source(testing::normal_values(kEach * 60, 9), kEach);
    QuantizeOptions options;
    options.recover = recover;
    const Quantized q = quantize(module, source, options);
    for (const Trial& t : q.trials) {
      if (t.chosen) best[recover] = t.logit_sqnr_db;
    }
  }
  EXPECT_GT(best[0], 15);
  EXPECT_GE(best[1], best[0]);
}

TEST(Quantize, ManySamplesInLittleMemory) {
  // The store keeps evenly spread samples, and never more than it has room for.
  const ir::Module module = testing::small_network();
  SampleStore store(module.main(), 16);
  std::vector<Activation32> batch(1);
  for (size_t n = 0; n < 1000; ++n) {
    std::vector<float> v(kEach, static_cast<float>(n));
    const auto* p = reinterpret_cast<const uint8_t*>(v.data());
    batch[0].bytes.assign(p, p + v.size() * sizeof(float));
    store.offer(batch, 0);
    ASSERT_LE(store.count(), 16u);
  }
  ASSERT_GE(store.count(), 8u);
  const auto v = store.values()[0].floats();
  const float step = v[kEach] - v[0];
  for (size_t n = 0; n < store.count(); ++n) EXPECT_EQ(v[n * kEach], step * static_cast<float>(n));
}

TEST(Plan, GlobsAndTheFirstThatMatches) {
  EXPECT_TRUE(glob_matches("conv*", "conv1/relu"));
  EXPECT_TRUE(glob_matches("*a?c*", "xxabcxx"));
  EXPECT_FALSE(glob_matches("conv", "conv1"));
  EXPECT_TRUE(glob_matches("", ""));
  EXPECT_FALSE(glob_matches("*b", "a"));
  const ir::Module module = testing::small_network();
  const Recipe r = parse_recipe(R"({"scheme": "int8", "layers": {"second": {"scheme": "float"}, "*": {"scheme": "int16x8"}}})", "r.json");
  EXPECT_EQ(r.name, "auto");
  std::vector<Diagnostic> warnings;
  const Plan plan = make_plan(module.main(), r, warnings);
  EXPECT_EQ(plan.ops[0].type, Type::kInt16);
  EXPECT_EQ(plan.ops[1].type, Type::kFloat32);
  EXPECT_EQ(to_json_text(parse_recipe(to_json_text(r), "again")), to_json_text(r));
}

}  // namespace
}  // namespace midge
