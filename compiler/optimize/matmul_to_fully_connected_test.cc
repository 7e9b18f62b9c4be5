#include "compiler/optimize/testing.h"

namespace midge::testing {
namespace {

TEST(MatmulToFullyConnected, ConstantMatrices) {
  for (const bool adjoint : {false, true}) {
    for (const ir::Dims& dims : {ir::Dims{4, 6}, ir::Dims{2, 3, 6}, ir::Dims{1, 2, 3, 6}}) {
      Builder b;
      const int32_t w = b.random(adjoint ? ir::Dims{5, 6} : ir::Dims{6, 5});
      b.output(b.op(Builtin::BATCH_MATMUL, {b.input(dims), w}, {{"adj_y", int64_t{adjoint}}}));
      EXPECT_EQ(operators(run_pass("matmul_to_fully_connected", b.module)), "FULLY_CONNECTED");
    }
  }
}

TEST(MatmulToFullyConnected, NotActivationsOrBatchesOfMatrices) {
  Builder b;
  const int32_t x = b.input({2, 3, 6});
  b.output(b.op(Builtin::BATCH_MATMUL, {x, b.random({2, 6, 5})}));
  b.output(b.op(Builtin::BATCH_MATMUL, {x, b.op(Builtin::TANH, {x})}, {{"adj_y", int64_t{1}}}));
  b.output(b.op(Builtin::BATCH_MATMUL, {x, b.random({3, 4})}, {{"adj_x", int64_t{1}}}));
  EXPECT_EQ(count(run_pass("matmul_to_fully_connected", b.module), Builtin::BATCH_MATMUL), 3u);
}

}  // namespace
}  // namespace midge::testing
