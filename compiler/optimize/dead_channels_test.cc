// Networks with channels that can go, in every way in which they can or must not: outputs keep every byte.
#include "compiler/optimize/dead_channels.h"

#include <gtest/gtest.h>

#include <random>

#include "compiler/emit/tflite.h"
#include "compiler/execute/one_op.h"
#include "verify/host_model.h"

namespace midge {
namespace {

/// Adds random int8 layers to a graph, some of their rows zero or saturated.
class RandomNet {
 public:
  explicit RandomNet(uint32_t seed) : random_(seed) {}

  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool chance(int percent) { return pick(0, 99) < percent; }

  int32_t activation(const ir::Dims& dims) {
    ir::Tensor t;
    t.name = "t" + std::to_string(graph.tensors.size()), t.type = Type::kInt8, t.dims = dims;
    t.quantization = {{static_cast<float>(pick(1, 100)) / 1000.0f}, {pick(-128, 127)}, 0};
    return graph.add(std::move(t));
  }

  /// Weights with outputs on `axis`; a third of the outputs are zero, so that their value is that of the bias.
  int32_t weights(const ir::Dims& dims, int32_t axis) {
    ir::Tensor t;
    t.name = "w", t.type = Type::kInt8, t.dims = dims;
    const int32_t n = dims[static_cast<size_t>(axis)];
    std::vector<bool> zero;
    for (int32_t c = 0; c < n; ++c) {
      zero.push_back(chance(33));
      t.quantization.scales.push_back(static_cast<float>(pick(1, 100)) / 1000.0f), t.quantization.zero_points.push_back(0);
    }
    t.quantization.dimension = axis;
    ir::Bytes bytes(static_cast<size_t>(t.count()));
    const size_t inner = axis == 0 ? bytes.size() / static_cast<size_t>(n) : 1;
    for (size_t i = 0; i < bytes.size(); ++i) {
      const size_t c = i / inner % static_cast<size_t>(n);
      bytes[i] = zero[c] ? 0 : static_cast<uint8_t>(pick(-127, 127));
    }
    if (axis == 0 && chance(50)) {  // an input that all outputs ignore
      const size_t inputs = static_cast<size_t>(dims.back()), ignored = static_cast<size_t>(pick(0, dims.back() - 1));
      for (size_t i = ignored; i < bytes.size(); i += inputs) bytes[i] = 0;
    }
    t.data = std::make_shared<ir::Bytes>(std::move(bytes));
    return graph.add(std::move(t));
  }

  int32_t bias(int32_t n, int32_t x, int32_t w) {
    ir::Tensor t;
    t.name = "b", t.type = Type::kInt32, t.dims = {n}, t.quantization = graph[w].quantization, t.quantization.dimension = 0;
    for (float& s : t.quantization.scales) s *= graph[x].quantization.scales[0];
    std::vector<int32_t> values;
    for (int32_t i = 0; i < n; ++i) values.push_back(chance(20) ? pick(-4000000, 4000000) : pick(-3000, 3000));
    t.set_values<int32_t>(values);
    return graph.add(std::move(t));
  }

  int32_t add(Builtin code, std::vector<int32_t> inputs, ir::Dims dims, std::map<std::string, ir::Option> options) {
    ir::Op op;
    op.code = code, op.inputs = std::move(inputs), op.outputs = {activation(dims)}, op.options = std::move(options);
    const int32_t y = op.outputs[0];
    if (code == Builtin::MAX_POOL_2D || code == Builtin::RESHAPE) graph[y].quantization = graph[op.inputs[0]].quantization;
    infer_dims(graph, op);
    graph.ops.push_back(std::move(op));
    return y;
  }

  std::map<std::string, ir::Option> window_options() {
    const int64_t stride = pick(1, 2);
    return {{"padding", int64_t{pick(0, 1)}}, {"stride_h", stride}, {"stride_w", stride}, {"fused_activation_function", int64_t{pick(0, 1)}}};
  }

  int32_t conv(int32_t x) {
    const int32_t k = pick(0, 1) * 2 + 1, n = pick(1, 8);
    const int32_t w = weights({n, k, k, graph[x].dims[3]}, 0);
    return add(Builtin::CONV_2D, {x, w, bias(n, x, w)}, {1, 1, 1, n}, window_options());
  }

  int32_t depthwise(int32_t x) {
    const int32_t multiplier = pick(1, 2), n = graph[x].dims[3] * multiplier;
    const int32_t w = weights({1, 3, 3, n}, 3);
    auto options = window_options();
    options["depth_multiplier"] = int64_t{multiplier};
    return add(Builtin::DEPTHWISE_CONV_2D, {x, w, bias(n, x, w)}, {1, 1, 1, n}, options);
  }

  void make() {
    int32_t x = activation({1, 12, 11, pick(1, 3)});
    graph.inputs = {x};
    const int layers = pick(2, 6);
    for (int i = 0; i < layers; ++i) {
      switch (pick(0, 4)) {
        case 0:
        case 1: x = conv(x); break;
        case 2: x = graph[x].dims[1] >= 3 && graph[x].dims[2] >= 3 ? depthwise(x) : conv(x); break;
        case 3: {
          const int32_t left = conv(x);
          const int32_t n = graph[left].dims[3], w = weights({n, 1, 1, n}, 0);
          const int32_t right = add(Builtin::CONV_2D, {left, w, bias(n, left, w)}, {1, 1, 1, n},
                                    {{"padding", int64_t{1}}, {"stride_h", int64_t{1}}, {"stride_w", int64_t{1}}});
          x = add(Builtin::ADD, {left, right}, {1, 1, 1, n}, {{"fused_activation_function", int64_t{pick(0, 1)}}});
          break;
        }
        default:
          x = add(
              Builtin::MAX_POOL_2D, {x}, {1, 1, 1, 1},
              {{"padding", int64_t{0}}, {"stride_h", int64_t{1}}, {"stride_w", int64_t{1}}, {"filter_width", int64_t{2}}, {"filter_height", int64_t{2}}});
      }
      if (graph[x].dims[1] < 3 || graph[x].dims[2] < 3) break;
    }
    const auto features = static_cast<int32_t>(graph[x].count());
    const int32_t flat = add(Builtin::RESHAPE, {x, graph.add_int32("shape", {1, features})}, {1, features}, {});
    const int32_t w = weights({4, features}, 0);
    graph.outputs = {add(Builtin::FULLY_CONNECTED, {flat, w, bias(4, flat, w)}, {1, 4}, {})};
  }

  ir::Graph graph;

 private:
  std::mt19937 random_;
};

std::vector<int8_t> run(const ir::Graph& graph, uint32_t seed, Contract contract) {
  ir::Module module;
  module.graphs.push_back(graph);
  HostModel host(emit_tflite(module), "network", contract);
  host.allocate();
  std::mt19937 random(seed);
  std::vector<int8_t> out;
  for (int n = 0; n < 6; ++n) {
    const TensorView in = host.interpreter().input(0);
    for (uint32_t i = 0; i < in.bytes; ++i)
      static_cast<uint8_t*>(in.data)[i] = n == 0 ? 0x80 : n == 1 ? 0x7f : static_cast<uint8_t>(random());
    host.invoke();
    const TensorView y = host.interpreter().output(0);
    out.insert(out.end(), static_cast<int8_t*>(y.data), static_cast<int8_t*>(y.data) + y.bytes);
  }
  return out;
}

TEST(DeadChannels, RandomNetworksKeepEveryByte) {
  uint64_t removed = 0;
  for (uint32_t seed = 1; seed <= 150; ++seed) {
    RandomNet net(seed);
    net.make();
    ir::Graph smaller = net.graph;
    removed += remove_dead_channels(smaller).removed;
    for (const Contract contract : {Contract::kLitert, Contract::kTflm}) {
      ASSERT_EQ(run(net.graph, seed, contract), run(smaller, seed, contract)) << "seed " << seed;
    }
  }
  EXPECT_GT(removed, 300u);
}

/// A 1x1 convolution to two channels, of which the second is constantly `value`, then a 3x3 convolution that reads both.
ir::Graph with_constant_channel(Padding padding, int32_t value) {
  RandomNet net(7);
  ir::Graph& g = net.graph;
  const int32_t x = net.activation({1, 6, 6, 1});
  g.inputs = {x};
  const auto constant = [&](std::vector<int8_t> v, ir::Dims dims, int32_t outputs) {
    ir::Tensor t;
    t.name = "w", t.type = Type::kInt8, t.dims = std::move(dims), t.set_values<int8_t>(v);
    t.quantization = {std::vector<float>(static_cast<size_t>(outputs), 0.05f), std::vector<int64_t>(static_cast<size_t>(outputs), 0), 0};
    return g.add(std::move(t));
  };
  const auto bias_of = [&](std::vector<int32_t> v, int32_t in, int32_t w) {
    ir::Tensor t;
    t.name = "b", t.type = Type::kInt32, t.dims = {static_cast<int32_t>(v.size())}, t.set_values<int32_t>(v);
    t.quantization = g[w].quantization;
    for (float& s : t.quantization.scales) s *= g[in].quantization.scales[0];
    return g.add(std::move(t));
  };
  g[x].quantization = {{0.1f}, {3}, 0};
  const int32_t w1 = constant({40, 0}, {2, 1, 1, 1}, 2);
  const int32_t y = net.add(Builtin::CONV_2D, {x, w1, bias_of({100, value}, x, w1)}, {1, 1, 1, 2},
                            {{"padding", int64_t{1}}, {"stride_h", int64_t{1}}, {"stride_w", int64_t{1}}});
  g[y].quantization = {{0.1f}, {-5}, 0};
  std::vector<int8_t> taps;
  for (int8_t i = 1; i <= 18; ++i) taps.push_back(i);
  const int32_t w2 = constant(taps, {1, 3, 3, 2}, 1);
  g.outputs = {net.add(Builtin::CONV_2D, {y, w2, bias_of({10}, y, w2)}, {1, 1, 1, 1},
                       {{"padding", static_cast<int64_t>(padding)}, {"stride_h", int64_t{1}}, {"stride_w", int64_t{1}}})};
  return g;
}

TEST(DeadChannels, ConstantUnderPaddingStays) {
  ir::Graph same = with_constant_channel(Padding::kSame, 4000);
  EXPECT_EQ(remove_dead_channels(same).removed, 0u);
}

TEST(DeadChannels, ConstantAtTheZeroPointGoes) {
  const ir::Graph before = with_constant_channel(Padding::kSame, 0);
  ir::Graph after = before;
  EXPECT_EQ(remove_dead_channels(after).removed, 1u);
  EXPECT_EQ(run(before, 1, Contract::kLitert), run(after, 1, Contract::kLitert));
}

TEST(DeadChannels, ConstantWithoutPaddingMovesIntoTheBias) {
  const ir::Graph before = with_constant_channel(Padding::kValid, 4000);
  ir::Graph after = before;
  EXPECT_EQ(remove_dead_channels(after).removed, 1u);
  EXPECT_EQ(run(before, 1, Contract::kLitert), run(after, 1, Contract::kLitert));
  const auto bias = after[after.ops[1].inputs[2]].values<int32_t>();
  EXPECT_NE(bias[0], 10);
}

TEST(DeadChannels, AllDeadKeepsOne) {
  ir::Graph g = with_constant_channel(Padding::kValid, 4000);
  ir::Bytes zeros(18);
  g[g.ops[1].inputs[1]].data = std::make_shared<ir::Bytes>(zeros);
  const ir::Graph before = g;
  EXPECT_EQ(remove_dead_channels(g).removed, 1u);
  EXPECT_EQ(run(before, 1, Contract::kLitert), run(g, 1, Contract::kLitert));
}

}  // namespace
}  // namespace midge
