// For tests: a graph of one operator, its inputs pseudo-random, and its result on the device's kernels.
#pragma once
#include <gtest/gtest.h>

#include <random>

#include "compiler/execute/executor.h"
#include "compiler/execute/one_op.h"

namespace midge::testing {

inline std::vector<float> random_floats(size_t n, std::mt19937& random, float least = -1, float most = 1) {
  std::vector<float> v(n);
  for (float& x : v) x = least + (most - least) * static_cast<float>(random() >> 8) / 16777216.0f;
  return v;
}

struct GraphOfOne {
  ir::Graph graph;
  std::mt19937 random;

  explicit GraphOfOne(unsigned seed) : random(seed) { graph.ops.emplace_back(); }

  ir::Op& op() { return graph.ops[0]; }
  void add_input(const ir::Dims& dims) {
    ir::Tensor t;
    t.name = "in" + std::to_string(graph.inputs.size()), t.dims = dims;
    op().inputs.push_back(graph.add(t));
    graph.inputs.push_back(op().inputs.back());
  }
  void add_constant(const ir::Dims& dims) {
    ir::Tensor t;
    t.dims = dims;
    op().inputs.push_back(graph.add_floats("constant", dims, random_floats(static_cast<size_t>(t.count()), random)));
  }
  void add_int32(const std::vector<int32_t>& values) { op().inputs.push_back(graph.add_int32("int32", values)); }
  /// Adds the output, with the dimensions that the operator says.
  void finish(Builtin code) {
    op().code = code;
    ir::Tensor t;
    t.name = "out";
    op().outputs = {graph.add(t)};
    graph.outputs = op().outputs;
    infer_dims(graph, op());
  }
  std::vector<Activation32> random_inputs(size_t samples, float least = -1, float most = 1) {
    std::vector<Activation32> out;
    for (const int32_t i : graph.inputs) {
      const std::vector<float> v = random_floats(static_cast<size_t>(graph[i].count()) * samples, random, least, most);
      const auto* p = reinterpret_cast<const uint8_t*>(v.data());
      out.push_back({Type::kFloat32, ir::Bytes(p, p + v.size() * sizeof(float))});
    }
    return out;
  }
  /// The output on the device's kernels, sample by sample.
  std::vector<float> expected(const std::vector<Activation32>& inputs, size_t samples) {
    OneOp one(graph, op());
    std::vector<float> out;
    for (size_t s = 0; s < samples; ++s) {
      std::vector<std::span<const uint8_t>> in;
      size_t given = 0;
      for (const int32_t i : op().inputs) {
        if (i < 0 || graph[i].constant()) {
          in.emplace_back();
          continue;
        }
        const size_t bytes = graph[i].bytes();
        in.emplace_back(inputs[given++].bytes.data() + s * bytes, bytes);
      }
      one.run(in);
      const auto bytes = one.output(0);
      const auto* p = reinterpret_cast<const float*>(bytes.data());
      out.insert(out.end(), p, p + bytes.size() / sizeof(float));
    }
    return out;
  }
};

/// The executor's result is that of the device's kernels within `tolerance`, and the same bytes with one thread, with all, and for
/// samples one by one.
inline void check_against_device(GraphOfOne& g, double tolerance, size_t samples = 3, float least = -1, float most = 1) {
  const std::vector<Activation32> inputs = g.random_inputs(samples, least, most);
  const std::vector<float> expected = g.expected(inputs, samples);
  Executor executor(g.graph);
  const std::vector<Activation32> got = executor.run(inputs, samples);
  ASSERT_EQ(got[0].floats().size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(got[0].floats()[i], expected[i], tolerance) << "element " << i;

  Executor alone(g.graph, 1);
  EXPECT_EQ(alone.run(inputs, samples)[0].bytes, got[0].bytes) << "one thread";
  const auto nothing = [](int32_t, std::span<float>, size_t) {};
  EXPECT_EQ(executor.run(inputs, samples, nothing)[0].bytes, got[0].bytes) << "layer by layer";
  for (size_t s = 0; s < samples; ++s) {
    std::vector<Activation32> one;
    for (const Activation32& a : inputs) {
      const size_t bytes = a.bytes.size() / samples;
      const auto from = a.bytes.begin() + static_cast<ptrdiff_t>(s * bytes);
      one.push_back({a.type, ir::Bytes(from, from + static_cast<ptrdiff_t>(bytes))});
    }
    const ir::Bytes out = executor.run(one, 1)[0].bytes;
    ASSERT_TRUE(std::equal(out.begin(), out.end(), got[0].bytes.begin() + static_cast<ptrdiff_t>(s * out.size()))) << "sample " << s;
  }
}

}  // namespace midge::testing
