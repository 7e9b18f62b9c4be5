// The executor's own work: order, memory, visitors, constants, what it refuses. Its kernels are tested beside them.
#include "compiler/execute/executor.h"

#include <numeric>

#include "compiler/execute/graph_of_one.h"
#include "report/diagnostic.h"

namespace midge {
namespace {

using testing::GraphOfOne;

Activation32 floats(const std::vector<float>& v) {
  const auto* p = reinterpret_cast<const uint8_t*>(v.data());
  return {Type::kFloat32, ir::Bytes(p, p + v.size() * sizeof(float))};
}

TEST(ParallelFor, CoversEachIndexOnce) {
  for (const size_t n : {0, 1, 7, 1000}) {
    std::vector<int> times(n);
    parallel_for(n, 3, [&](size_t begin, size_t end) {
      parallel_for(end - begin, 1, [&](size_t b, size_t e) {  // a nested call
        for (size_t i = b; i < e; ++i) ++times[begin + i];
      });
    });
    EXPECT_EQ(times, std::vector<int>(n, 1));
  }
}

TEST(ParallelFor, PassesOnWhatIsThrown) {
  EXPECT_THROW(parallel_for(100, 1,
                            [](size_t begin, size_t) {
                              if (begin >= 50) throw std::runtime_error("x");
                            }),
               std::runtime_error);
  int calls = 0;
  parallel_for(1, 1, [&](size_t, size_t) { ++calls; });
  EXPECT_EQ(calls, 1);
}

/// out = (x * 2 + y) and also x * 2.
ir::Graph two_ops() {
  ir::Graph g;
  ir::Tensor t;
  t.dims = {1, 3};
  for (const char* name : {"x", "y", "double", "sum"}) t.name = name, g.add(t);
  const float two[] = {2, 2, 2};
  const int32_t c = g.add_floats("two", {1, 3}, two);
  ir::Op mul, add;
  mul.code = Builtin::MUL, mul.inputs = {0, c}, mul.outputs = {2};
  add.code = Builtin::ADD, add.inputs = {2, 1}, add.outputs = {3};
  g.ops = {mul, add};
  g.inputs = {0, 1}, g.outputs = {3, 2};
  return g;
}

TEST(Executor, RunsInOrderAndReturnsOutputs) {
  Executor executor(two_ops());
  std::vector<float> x(30), y(30), sum(30), twice(30);
  std::iota(x.begin(), x.end(), 1.0f), std::iota(y.begin(), y.end(), -7.0f);
  for (size_t i = 0; i < 30; ++i) twice[i] = 2 * x[i], sum[i] = twice[i] + y[i];
  const auto out = executor.run(std::vector<Activation32>{floats(x), floats(y)}, 10);
  EXPECT_EQ(out[0].bytes, floats(sum).bytes);
  EXPECT_EQ(out[1].bytes, floats(twice).bytes);
}

TEST(Executor, VisitorSeesAndChanges) {
  Executor executor(two_ops());
  std::vector<int32_t> seen;
  const auto visit = [&](int32_t tensor, std::span<float> values, size_t samples) {
    seen.push_back(tensor);
    EXPECT_EQ(values.size(), samples * 3);
    if (tensor == 2) std::fill(values.begin(), values.end(), 10.0f);
  };
  const auto out = executor.run(std::vector<Activation32>{floats({1, 2, 3, 4, 5, 6}), floats({1, 1, 1, 2, 2, 2})}, 2, visit);
  EXPECT_EQ(seen, (std::vector<int32_t>{0, 1, 2, 3}));
  EXPECT_EQ(out[0].bytes, floats({11, 11, 11, 12, 12, 12}).bytes);
  EXPECT_EQ(out[1].bytes, floats({10, 10, 10, 10, 10, 10}).bytes);
}

TEST(Executor, RunsOneOperatorWithOtherConstants) {
  Executor executor(two_ops());
  std::map<int32_t, Activation32> tensors;
  tensors[0] = floats({1, 2, 3});
  executor.run_op(0, tensors, 1);
  EXPECT_EQ(tensors[2].bytes, floats({2, 4, 6}).bytes);
  executor.set_constant(4, std::vector<float>{3, 4, 5});
  executor.run_op(0, tensors, 1);
  EXPECT_EQ(tensors[2].bytes, floats({3, 8, 15}).bytes);
  EXPECT_THROW(executor.set_constant(4, std::vector<float>{3, 4}), DiagnosticError);
  EXPECT_THROW(executor.set_constant(0, std::vector<float>{3, 4, 5}), DiagnosticError);
  EXPECT_THROW(executor.run_op(1, tensors, 2), DiagnosticError);
}

TEST(Executor, GivesOutAnInputThatIsAnOutput) {
  ir::Graph g = two_ops();
  g.outputs = {3, 0};
  Executor executor(g);
  const std::vector<Activation32> in = {floats({1, 2, 3, 4, 5, 6}), floats({0, 0, 0, 1, 1, 1})};
  EXPECT_EQ(executor.run(in, 2)[1].bytes, in[0].bytes);
  EXPECT_EQ(executor.run(in, 2, [](int32_t, std::span<float>, size_t) {})[1].bytes, in[0].bytes);
  EXPECT_EQ(executor.run(in, 2)[0].bytes, floats({2, 4, 6, 9, 11, 13}).bytes);
}

TEST(Executor, ComputesConstantsOnce) {
  // x * relu(c), and c changes.
  ir::Graph g;
  ir::Tensor t;
  t.dims = {1, 3};
  for (const char* name : {"x", "relu", "y"}) t.name = name, g.add(t);
  const float c[] = {1, -1, 3};
  const int32_t at = g.add_floats("c", {1, 3}, c);
  ir::Op relu, mul;
  relu.code = Builtin::RELU, relu.inputs = {at}, relu.outputs = {1};
  mul.code = Builtin::MUL, mul.inputs = {0, 1}, mul.outputs = {2};
  g.ops = {relu, mul};
  g.inputs = {0}, g.outputs = {2, 1};
  Executor executor(g);
  const std::vector<Activation32> in = {floats({1, 2, 3, 4, 5, 6})};
  auto out = executor.run(in, 2);
  EXPECT_EQ(out[0].bytes, floats({1, 0, 9, 4, 0, 18}).bytes);
  EXPECT_EQ(out[1].bytes, floats({1, 0, 3, 1, 0, 3}).bytes);
  executor.set_constant(at, std::vector<float>{-1, 2, 1});
  EXPECT_EQ(executor.run(in, 2)[0].bytes, floats({0, 4, 3, 0, 10, 6}).bytes);
  std::map<int32_t, Activation32> tensors;
  executor.run_op(0, tensors, 2);
  EXPECT_EQ(tensors[1].bytes, floats({0, 2, 1, 0, 2, 1}).bytes);
}

TEST(Executor, RefusesWhatItCannotRun) {
  ir::Graph g = two_ops();
  std::swap(g.ops[0], g.ops[1]);
  EXPECT_THROW(Executor{g}, DiagnosticError);
  g = two_ops();
  g[0].dims[0] = -1;
  EXPECT_THROW(Executor{g}, DiagnosticError);
  g = two_ops();
  g[0].type = Type::kInt8, g[0].quantization.scales = {1}, g[0].quantization.zero_points = {0};
  EXPECT_THROW(Executor{g}, DiagnosticError);
  Executor good(two_ops());
  EXPECT_THROW(good.run(std::vector<Activation32>{floats({1})}, 1), DiagnosticError);
  EXPECT_THROW(good.run(std::vector<Activation32>{floats({1}), floats({1})}, 1), DiagnosticError);
}

TEST(Executor, StateDoesNotOutliveASample) {
  GraphOfOne g(5);  // an SVDF with memory 3: its second result depends on the first input
  g.add_input({1, 2});
  g.add_constant({4, 2});
  g.add_constant({4, 3});
  g.op().inputs.push_back(-1);
  ir::Tensor state;
  state.name = "state", state.dims = {1, 12}, state.is_variable = true;
  g.op().inputs.push_back(g.graph.add(state));
  g.op().set("rank", int64_t{1});
  g.finish(Builtin::SVDF);
  Executor executor(g.graph);
  const Activation32 twice = floats({0.5f, -1, 0.5f, -1});
  const auto out = executor.run(std::vector<Activation32>{twice}, 2);
  const auto v = out[0].floats();
  EXPECT_TRUE(std::equal(v.begin(), v.begin() + 4, v.begin() + 4));
  EXPECT_EQ(executor.run(std::vector<Activation32>{twice}, 2)[0].bytes, out[0].bytes);
}

}  // namespace
}  // namespace midge
