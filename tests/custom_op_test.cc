// The custom operator of examples/custom_op, in C++ and in C: the same outputs, streams, resets and refusals.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <random>

#include "examples/custom_op/firmware.h"
#include "tests/digits.h"

namespace midge {
namespace {

using testing::ExactBlock;
using testing::read_file;

constexpr int kScores = 8, kZeroPoint = -28;

class CustomOperator : public ::testing::TestWithParam<bool> {
 protected:
  ExactBlock file_{read_file(MIDGE_EXAMPLES "custom_op/median.tflite")};
};

TEST_P(CustomOperator, GivesTheMedianOfTheLastThree) {
  Interpreter interpreter;
  ASSERT_TRUE(start(interpreter, file_.data(), static_cast<uint32_t>(file_.size()), GetParam()).ok());
  std::mt19937 random(7);
  for (int pass = 0; pass < 2; ++pass) {
    std::array<std::array<int, kScores>, 3> last;
    for (auto& values : last) values.fill(kZeroPoint);
    for (int turn = 0; turn < 10; ++turn) {
      auto* in = static_cast<int8_t*>(interpreter.input(0).data);
      for (int i = 0; i < kScores; ++i) in[i] = static_cast<int8_t>(random());
      std::rotate(last.begin(), last.begin() + 1, last.end());
      for (int i = 0; i < kScores; ++i) last[2][static_cast<size_t>(i)] = std::max<int>(in[i], kZeroPoint);
      ASSERT_TRUE(interpreter.invoke().ok());
      for (size_t i = 0; i < kScores; ++i) {
        std::array<int, 3> sorted = {last[0][i], last[1][i], last[2][i]};
        std::sort(sorted.begin(), sorted.end());
        ASSERT_EQ(static_cast<const int8_t*>(interpreter.output(0).data)[i], sorted[1]) << turn;
      }
    }
    ASSERT_TRUE(interpreter.reset_variables().ok());
  }
}

TEST_P(CustomOperator, RefusesAnotherType) {
  // RELU -> MedianOfThree: the output's type, made int16.
  Interpreter interpreter;
  Model model;
  ASSERT_TRUE(model.open(file_.data(), file_.size()).ok());
  const uint32_t before = model.tensor(2).bytes;
  uint32_t refused = 0;
  for (size_t at = 0; at < file_.size(); ++at) {
    if (file_.data()[at] != static_cast<uint8_t>(Type::kInt8)) continue;
    file_.data()[at] = static_cast<uint8_t>(Type::kInt16);
    if (model.open(file_.data(), file_.size()).ok() && model.tensor(2).bytes == 2 * before) {
      const Status status = start(interpreter, file_.data(), static_cast<uint32_t>(file_.size()), GetParam());
      EXPECT_EQ(status.code(), GetParam() ? Code::kRefused : Code::kUnsupportedType);
      EXPECT_EQ(interpreter.failure().operator_index, 1);
      ++refused;
    }
    file_.data()[at] = static_cast<uint8_t>(Type::kInt8);
  }
  EXPECT_EQ(refused, 1u);
}

INSTANTIATE_TEST_SUITE_P(In, CustomOperator, ::testing::Values(false, true), [](const auto& info) { return info.param ? "C" : "Cpp"; });

}  // namespace
}  // namespace midge
