// Every fast kernel against the device's, over a grid of shapes, on every version that this processor has.
//
// Tolerance: inputs and weights lie in [-1, 1]. A sum of n products of such numbers, each rounded, in any order, is within
// n * (n + 1) / 2 * 2^-24 of the exact one in the worst case; two such sums differ by at most twice that.
#include "compiler/execute/kernels/simd.h"
#include "compiler/execute/graph_of_one.h"
#include "compiler/execute/op_kernel.h"

namespace midge {
namespace {

using testing::check_against_device;
using testing::GraphOfOne;

double tolerance_of_sum(size_t n) { return static_cast<double>(n) * static_cast<double>(n + 1) * 0x1p-24; }

/// Runs the test on each version; `fast`: the operator must have a fast kernel, else the test would compare the device with itself.
void check(GraphOfOne& g, double tolerance, size_t samples = 3, float least = -1, float most = 1) {
  ASSERT_NE(make_fast_kernel(g.graph, g.op()), nullptr) << "no fast kernel";
  size_t count = 0;
  const Simd* const* versions = all_simd(&count);
  for (size_t i = 0; i < count; ++i) {
    SCOPED_TRACE(versions[i]->name);
    force_simd(versions[i]);
    check_against_device(g, tolerance, samples, least, most);
  }
  force_simd(nullptr);
}

constexpr Activation kActivations[] = {Activation::kNone, Activation::kRelu, Activation::kRelu6, Activation::kReluN1To1};

struct ConvCase {
  int32_t height, width, in, out, kernel_h, kernel_w, stride, dilation, groups;
};

TEST(FastKernels, Conv2D) {
  constexpr ConvCase kCases[] = {
      {8, 8, 3, 16, 3, 3, 1, 1, 1},    {9, 7, 3, 8, 3, 3, 2, 1, 1},   {5, 5, 16, 16, 1, 1, 1, 1, 1}, {7, 7, 8, 33, 1, 1, 2, 1, 1},
      {49, 10, 1, 64, 10, 4, 2, 1, 1}, {9, 9, 4, 6, 3, 2, 1, 2, 1},   {6, 6, 8, 12, 3, 3, 1, 1, 4},  {1, 1, 64, 100, 1, 1, 1, 1, 1},
      {4, 13, 2, 17, 1, 5, 3, 1, 1},   {6, 6, 40, 48, 3, 3, 1, 1, 1}, {6, 6, 6, 6, 3, 3, 1, 1, 6},   {3, 3, 2, 1, 5, 5, 1, 1, 1},
  };
  unsigned seed = 1;
  for (const ConvCase& c : kCases) {
    for (const Padding padding : {Padding::kSame, Padding::kValid}) {
      if (padding == Padding::kValid && ((c.kernel_h - 1) * c.dilation >= c.height || (c.kernel_w - 1) * c.dilation >= c.width)) continue;
      GraphOfOne g(++seed);
      SCOPED_TRACE(::testing::Message() << "seed " << seed << " kernel " << c.kernel_h << "x" << c.kernel_w << " in " << c.in << " out " << c.out);
      g.add_input({1, c.height, c.width, c.in});
      g.add_constant({c.out, c.kernel_h, c.kernel_w, c.in / c.groups});
      if (seed % 4 != 0) g.add_constant({c.out});
      if (seed % 4 == 0) g.op().inputs.push_back(-1);
      g.op().set("stride_h", int64_t{c.stride}), g.op().set("stride_w", int64_t{c.stride});
      g.op().set("dilation_h_factor", int64_t{c.dilation}), g.op().set("dilation_w_factor", int64_t{c.dilation});
      g.op().set("padding", static_cast<int64_t>(padding));
      g.op().set("fused_activation_function", static_cast<int64_t>(kActivations[seed % 4]));
      g.finish(Builtin::CONV_2D);
      check(g, tolerance_of_sum(static_cast<size_t>(c.kernel_h * c.kernel_w * c.in / c.groups) + 1));
    }
  }
}

TEST(FastKernels, DepthwiseConv2D) {
  unsigned seed = 100;
  for (const int32_t channels : {1, 3, 8, 16, 37, 64}) {
    for (const int32_t multiplier : {1, 2}) {
      for (const int32_t stride : {1, 2}) {
        for (const Padding padding : {Padding::kSame, Padding::kValid}) {
          GraphOfOne g(++seed);
          SCOPED_TRACE(::testing::Message() << "seed " << seed << " channels " << channels << " multiplier " << multiplier);
          const int32_t dilation = stride == 1 && seed % 3 == 0 ? 2 : 1;
          g.add_input({1, 7, 6, channels});
          g.add_constant({1, 3, 3, channels * multiplier});
          g.add_constant({channels * multiplier});
          g.op().set("stride_h", int64_t{stride}), g.op().set("stride_w", int64_t{stride});
          g.op().set("dilation_h_factor", int64_t{dilation}), g.op().set("dilation_w_factor", int64_t{dilation});
          g.op().set("depth_multiplier", int64_t{multiplier});
          g.op().set("padding", static_cast<int64_t>(padding));
          g.op().set("fused_activation_function", static_cast<int64_t>(kActivations[seed % 4]));
          g.finish(Builtin::DEPTHWISE_CONV_2D);
          check(g, tolerance_of_sum(10));
        }
      }
    }
  }
}

TEST(FastKernels, WindowsWiderThanTheInputAndSeveralImages) {
  unsigned seed = 150;
  for (const Builtin code : {Builtin::DEPTHWISE_CONV_2D, Builtin::CONV_2D}) {
    for (const auto& [height, width] : {std::pair{1, 1}, {2, 1}, {1, 3}, {3, 2}, {4, 9}}) {
      for (const auto& [stride, dilation] : {std::pair{1, 1}, {2, 1}, {3, 1}, {1, 2}, {1, 3}}) {
        GraphOfOne g(++seed);
        SCOPED_TRACE(::testing::Message() << "seed " << seed << " input " << height << "x" << width << " stride " << stride << " dilation "
                                          << dilation);
        g.add_input({2, height, width, 5});
        code == Builtin::CONV_2D ? g.add_constant({4, 3, 5, 5}) : g.add_constant({1, 3, 5, 5});
        g.add_constant({code == Builtin::CONV_2D ? 4 : 5});
        g.op().set("stride_h", int64_t{stride}), g.op().set("stride_w", int64_t{stride});
        g.op().set("dilation_h_factor", int64_t{dilation}), g.op().set("dilation_w_factor", int64_t{dilation});
        if (code == Builtin::DEPTHWISE_CONV_2D) g.op().set("depth_multiplier", int64_t{1});
        g.finish(code);
        check(g, tolerance_of_sum(76));
      }
    }
  }
}

TEST(FastKernels, FullyConnected) {
  unsigned seed = 200;
  for (const auto& [dims, depth, outputs] :
       {std::tuple<ir::Dims, int32_t, int32_t>{{1, 7}, 7, 5}, {{1, 640}, 640, 128}, {{3, 2, 16}, 16, 40}, {{1, 2, 2, 8}, 32, 10}}) {
    for (const bool keep : {false, true}) {
      if (keep && dims.back() != depth) continue;
      GraphOfOne g(++seed);
      SCOPED_TRACE(seed);
      g.add_input(dims);
      g.add_constant({outputs, depth});
      g.add_constant({outputs});
      g.op().set("keep_num_dims", int64_t{keep});
      g.op().set("fused_activation_function", static_cast<int64_t>(kActivations[seed % 4]));
      g.finish(Builtin::FULLY_CONNECTED);
      check(g, tolerance_of_sum(static_cast<size_t>(depth) + 1), 7);
    }
  }
}

TEST(FastKernels, BatchMatMul) {
  unsigned seed = 300;
  for (const int flags : {0, 1, 2, 3}) {
    for (const bool stretch : {false, true}) {
      GraphOfOne g(++seed);
      SCOPED_TRACE(seed);
      const bool adj_x = (flags & 1) != 0, adj_y = (flags & 2) != 0;
      g.add_input(adj_x ? ir::Dims{2, 3, 5, 4} : ir::Dims{2, 3, 4, 5});
      const ir::Dims leading = stretch ? ir::Dims{3} : ir::Dims{2, 1};
      ir::Dims y = leading;
      y.insert(y.end(), {adj_y ? 20 : 5, adj_y ? 5 : 20});
      stretch ? g.add_constant(y) : g.add_input(y);
      g.op().set("adj_x", int64_t{adj_x}), g.op().set("adj_y", int64_t{adj_y});
      g.finish(Builtin::BATCH_MATMUL);
      check(g, tolerance_of_sum(5));
    }
  }
}

TEST(FastKernels, Pools) {
  unsigned seed = 400;
  for (const Builtin code : {Builtin::AVERAGE_POOL_2D, Builtin::MAX_POOL_2D}) {
    for (const Padding padding : {Padding::kSame, Padding::kValid}) {
      for (const auto& [size, stride] : {std::pair{2, 2}, {3, 1}, {3, 2}, {5, 5}}) {
        GraphOfOne g(++seed);
        SCOPED_TRACE(seed);
        g.add_input({1, 7, 5, 19});
        g.op().set("filter_height", int64_t{size}), g.op().set("filter_width", int64_t{std::min(size, 4)});
        g.op().set("stride_h", int64_t{stride}), g.op().set("stride_w", int64_t{stride});
        g.op().set("padding", static_cast<int64_t>(padding));
        g.op().set("fused_activation_function", static_cast<int64_t>(kActivations[seed % 4]));
        g.finish(code);
        check(g, tolerance_of_sum(25));
      }
    }
  }
}

TEST(FastKernels, Mean) {
  unsigned seed = 500;
  for (const auto& axes : {std::vector<int32_t>{1, 2}, {-1}, {1}, {2, 3}, {0, 1, 2, 3}}) {
    for (const bool keep : {false, true}) {
      GraphOfOne g(++seed);
      SCOPED_TRACE(seed);
      g.add_input({1, 6, 5, 20});
      g.add_int32(axes);
      g.op().set("keep_dims", int64_t{keep});
      g.finish(Builtin::MEAN);
      check(g, tolerance_of_sum(600) / 20);
    }
  }
}

TEST(FastKernels, BinaryWithStretching) {
  unsigned seed = 600;
  const std::pair<ir::Dims, ir::Dims> kDims[] = {{{1, 4, 5, 6}, {1, 4, 5, 6}},
                                                 {{1, 4, 5, 6}, {6}},
                                                 {{1, 4, 5, 6}, {1}},
                                                 {{1, 4, 5, 6}, {1, 1, 1, 6}},
                                                 {{1, 1, 5, 1}, {1, 4, 1, 6}},
                                                 {{1, 4, 5, 6}, {1, 4, 1, 6}},
                                                 {{1}, {1}},
                                                 {{1, 3, 1, 1}, {1, 3, 7, 2}},
                                                 {{40000}, {40000}},
                                                 {{1, 300, 1}, {}}};
  for (const auto& [a, b] : kDims) {
    for (const Builtin code : {Builtin::ADD, Builtin::SUB, Builtin::MUL}) {
      for (const int constant : {0, 1, 2}) {  // neither, the first, the second
        GraphOfOne g(++seed);
        SCOPED_TRACE(seed);
        constant == 1 ? g.add_constant(a) : g.add_input(a);
        constant == 2 ? g.add_constant(b) : g.add_input(b);
        g.op().set("fused_activation_function", static_cast<int64_t>(kActivations[seed % 4]));
        g.finish(code);
        check(g, 0);
      }
    }
  }
}

TEST(FastKernels, Unary) {
  unsigned seed = 700;
  for (const Builtin code : {Builtin::RELU, Builtin::RELU6, Builtin::RELU_N1_TO_1, Builtin::RELU_0_TO_1, Builtin::LOGISTIC, Builtin::TANH}) {
    GraphOfOne g(++seed);
    SCOPED_TRACE(seed);
    g.add_input({1, 5, 77});
    g.finish(code);
    check(g, 0x1p-20, 3, -10, 10);
  }
  GraphOfOne g(++seed);
  g.add_input({1, 4, 11});
  g.op().set("beta", 0.7);
  g.finish(Builtin::SOFTMAX);
  check(g, 0x1p-20, 3, -20, 20);
}

TEST(FastKernels, Moves) {
  unsigned seed = 800;
  for (const auto& order : {std::vector<int32_t>{0, 2, 3, 1}, {0, 3, 1, 2}, {3, 2, 1, 0}, {0, 1, 2, 3}}) {
    GraphOfOne g(++seed);
    g.add_input({1, 3, 4, 5});
    g.add_int32(order);
    g.finish(Builtin::TRANSPOSE);
    check(g, 0);
  }
  for (const auto& amounts : {std::vector<int32_t>{0, 0, 1, 2, 3, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 1, 1}, {1, 1, 0, 0, 0, 0, 0, 0}}) {
    GraphOfOne g(++seed);
    g.add_input({1, 3, 4, 5});
    g.add_constant({4, 2});
    const auto* p = reinterpret_cast<const uint8_t*>(amounts.data());
    g.graph[1].type = Type::kInt32, g.graph[1].data = std::make_shared<ir::Bytes>(p, p + 32);
    g.finish(Builtin::PAD);
    check(g, 0);
  }
  for (const int64_t axis : {1, 3, -2}) {
    GraphOfOne g(++seed);
    for (const int32_t extra : {0, 1, 2}) {
      ir::Dims d = {1, 3, 4, 5};
      d[static_cast<size_t>(axis < 0 ? axis + 4 : axis)] += extra;
      extra == 1 ? g.add_constant(d) : g.add_input(d);
    }
    g.op().set("axis", axis);
    g.finish(Builtin::CONCATENATION);
    check(g, 0);
  }
  GraphOfOne g(++seed);
  g.add_input({1, 3, 4, 5});
  g.add_int32({2, -1, 5});
  g.finish(Builtin::RESHAPE);
  check(g, 0);
}

}  // namespace
}  // namespace midge
