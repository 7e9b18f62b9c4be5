// Variable tensors: they start at their zero point, keep what is in them between inferences, whatever else uses the arena, and
// reset_variables() takes them back.
#include <gtest/gtest.h>

#include <cstring>

#include "tests/small_model.h"

namespace midge {
namespace {

using testing::list;
using testing::s8;
using testing::SmallModel;
using testing::TensorSpec;
using testing::TfliteBuilder;

/// y = relu(x) + v, with v a variable of the same scale and this zero point. No operator writes v: the test does.
TfliteBuilder with_variable(int32_t zero_point) {
  TfliteBuilder b;
  TensorSpec v = s8(8);
  v.is_variable = true, v.zero_point = zero_point;
  const int32_t x = b.tensor(s8(8)), state = b.tensor(v), a = b.tensor(s8(8)), y = b.tensor(s8(8));
  b.op(Builtin::RELU, list(x), list(a));
  b.op(Builtin::ADD, list(a, state), list(y));
  b.inputs = list(x), b.outputs = list(y);
  return b;
}

TEST(Variables, StartAtTheirZeroPointAndAreReset) {
  for (const int32_t zero : {0, 5, -128, 127}) {
    SmallModel m(with_variable(zero));
    ASSERT_TRUE(m.status.ok()) << status_name(m.status.code());
    const auto run = [&] {
      std::memset(m.data(0), 6, 8);
      ASSERT_TRUE(m.interpreter.invoke().ok());
    };
    run();
    EXPECT_EQ(m.data(3)[7], 6) << "a variable at its zero point adds nothing";
    std::memset(m.data(1), std::min(zero + 10, 127), 8);
    for (int i = 0; i < 3; ++i) {
      run();
      EXPECT_EQ(m.data(1)[0], std::min(zero + 10, 127)) << "kept between inferences";
      EXPECT_EQ(m.data(3)[0], 6 + std::min(zero + 10, 127) - zero);
    }
    ASSERT_TRUE(m.interpreter.reset_variables().ok());
    EXPECT_EQ(m.data(1)[0], zero);
    run();
    EXPECT_EQ(m.data(3)[0], 6);
  }
}

TEST(Variables, LieOutsideThePlannedMemory) {
  SmallModel m(with_variable(0));
  ASSERT_TRUE(m.status.ok());
  for (const int32_t t : {0, 2, 3}) EXPECT_TRUE(m.data(1) >= m.data(t) + 8 || m.data(1) + 8 <= m.data(t)) << t;
}

TEST(Variables, OfTwoModelsOnOneArenaAreApart) {
  const std::vector<uint8_t> file = testing::file_of(with_variable(0));
  testing::ExactBlock block(file), memory(4096);
  Arena arena(memory.data(), memory.size());
  Interpreter a, b;
  ASSERT_TRUE(a.init(block.data(), block.size(), all_ops(), &arena).ok());
  ASSERT_TRUE(b.init(block.data(), block.size(), all_ops(), &arena).ok());
  std::memset(a.tensor(1).data, 11, 8);
  std::memset(b.tensor(1).data, 22, 8);
  for (Interpreter* m : {&a, &b, &a}) {
    std::memset(m->input(0).data, 1, 8);
    ASSERT_TRUE(m->invoke().ok());
    EXPECT_EQ(static_cast<int8_t*>(m->output(0).data)[3], m == &a ? 12 : 23);
  }
  ASSERT_TRUE(a.reset_variables().ok());
  EXPECT_EQ(*static_cast<int8_t*>(a.tensor(1).data), 0);
  EXPECT_EQ(*static_cast<int8_t*>(b.tensor(1).data), 22);
}

TEST(Variables, AreNotWrittenByOperatorsThatKeepNoState) {
  TfliteBuilder b;
  TensorSpec v = s8(8);
  v.is_variable = true;
  const int32_t x = b.tensor(s8(8)), state = b.tensor(v);
  b.op(Builtin::RELU, list(x), list(state));
  b.inputs = list(x), b.outputs = list(state);
  SmallModel m(b);
  EXPECT_EQ(m.status.code(), Code::kWrittenTwice);
}

TEST(Variables, OfFloatAreResetToZero) {
  TfliteBuilder b;
  TensorSpec v{Type::kFloat32, testing::shape_of(4)};
  v.is_variable = true;
  const int32_t x = b.tensor({Type::kFloat32, testing::shape_of(4)}), state = b.tensor(v), y = b.tensor({Type::kFloat32, testing::shape_of(4)});
  b.op(Builtin::ADD, list(x, state), list(y));
  b.inputs = list(x), b.outputs = list(y);
  SmallModel m(b);
  ASSERT_TRUE(m.status.ok());
  float* const value = reinterpret_cast<float*>(m.data(state));
  EXPECT_EQ(value[3], 0.0f);
  value[3] = 7;
  ASSERT_TRUE(m.interpreter.reset_variables().ok());
  EXPECT_EQ(value[3], 0.0f);
}

}  // namespace
}  // namespace midge
