// A memory plan in the model's metadata: honoured where it is right, and every way to be wrong is kBadPlan.
#include <gtest/gtest.h>

#include "tests/small_model.h"

namespace midge {
namespace {

using testing::list;
using testing::s8;
using testing::SmallModel;
using testing::TfliteBuilder;

// x -> RELU -> a -> RELU -> b -> ADD(a, b) -> y: a lives from operator 0 to 2, b from 1 to 2.
constexpr int32_t kX = 0, kA = 1, kB = 2, kY = 3, kBytes = 32;

TfliteBuilder chain() {
  TfliteBuilder b;
  for (int i = 0; i < 4; ++i) b.tensor(s8(kBytes));
  b.op(Builtin::RELU, list(kX), list(kA));
  b.op(Builtin::RELU, list(kA), list(kB));
  b.op(Builtin::ADD, list(kA, kB), list(kY));
  b.inputs = list(kX), b.outputs = list(kY);
  return b;
}

/// The chain with this metadata: int32 words from the version on.
struct Planned {
  explicit Planned(std::vector<int32_t> words, size_t bytes = 0) : words_(std::move(words)) {
    TfliteBuilder b = chain();
    b.metadata("OfflineMemoryAllocation", words_.data(), static_cast<uint32_t>(bytes != 0 ? bytes : 4 * words_.size()));
    model.emplace(b);
  }
  Code code() const { return model->status.code(); }

  std::optional<SmallModel> model;

 private:
  std::vector<int32_t> words_;
};

TEST(EmbeddedPlan, IsHonoured) {
  Planned p({1, 0, 4, 0, 64, 128, 192});
  ASSERT_EQ(p.code(), Code::kOk);
  EXPECT_EQ(p.model->offset(kX), 0);
  EXPECT_EQ(p.model->offset(kA), 64);
  EXPECT_EQ(p.model->offset(kB), 128);
  EXPECT_EQ(p.model->offset(kY), 192);
  for (int i = 0; i < kBytes; ++i) p.model->data(kX)[i] = static_cast<int8_t>(i - 16);
  ASSERT_TRUE(p.model->interpreter.invoke().ok());
  for (int i = 0; i < kBytes; ++i) EXPECT_EQ(p.model->data(kY)[i], 2 * std::max(i - 16, 0));
}

TEST(EmbeddedPlan, MinusOneIsPlannedAroundTheRest) {
  Planned p({1, 0, 4, -1, 0, 64, -1});
  ASSERT_EQ(p.code(), Code::kOk);
  EXPECT_EQ(p.model->offset(kA), 0);
  EXPECT_EQ(p.model->offset(kB), 64);
  EXPECT_EQ(p.model->offset(kX), 32) << "the lowest place beside a";
  EXPECT_EQ(p.model->offset(kY), 32) << "the lowest place beside a and b";
  Planned none({1, 0, 4, -1, -1, -1, -1});
  EXPECT_EQ(none.code(), Code::kOk);
}

TEST(EmbeddedPlan, TensorsThatAreNotAliveTogetherMayShare) {
  EXPECT_EQ(Planned({1, 0, 4, 0, 64, 0, 96}).code(), Code::kOk) << "x ends before b begins";
}

TEST(EmbeddedPlan, InPlaceWhereAnInputEndsIsTheFilesDecision) {
  Planned p({1, 0, 4, 0, 0, 64, 64});  // a over x at its RELU, y over b at its ADD
  ASSERT_EQ(p.code(), Code::kOk);
  for (int i = 0; i < kBytes; ++i) p.model->data(kX)[i] = static_cast<int8_t>(i - 16);
  ASSERT_TRUE(p.model->interpreter.invoke().ok());
  for (int i = 0; i < kBytes; ++i) EXPECT_EQ(p.model->data(kY)[i], 2 * std::max(i - 16, 0));
}

TEST(EmbeddedPlan, BadPlansAreRefused) {
  EXPECT_EQ(Planned({1, 0, 4, 0, 64, 80, 192}).code(), Code::kBadPlan) << "a and b are alive together and overlap";
  EXPECT_EQ(Planned({1, 0, 4, 0, 64, 64, 192}).code(), Code::kBadPlan) << "a and b at one place";
  EXPECT_EQ(Planned({1, 0, 4, 0, 64, 33, 192}).code(), Code::kBadPlan) << "misaligned and overlapping";
  EXPECT_EQ(Planned({1, 0, 4, 0, 64, 130, 192}).code(), Code::kBadPlan) << "misaligned";
  EXPECT_EQ(Planned({1, 0, 4, 0, 64, -16, 192}).code(), Code::kBadPlan) << "negative";
  EXPECT_EQ(Planned({1, 0, 4, 0, 64, -2, 192}).code(), Code::kBadPlan) << "negative";
  EXPECT_EQ(Planned({1, 0, 4, 0, 64, INT32_MIN, 192}).code(), Code::kBadPlan) << "most negative";
  EXPECT_EQ(Planned({1, 0, 4, 0, 64, 0x7ffffff0, 192}).code(), Code::kBadPlan) << "ends beyond 31 bits";
  EXPECT_EQ(Planned({1, 0, 3, 0, 64, 128}).code(), Code::kBadPlan) << "one tensor too few";
  EXPECT_EQ(Planned({1, 0, 5, 0, 64, 128, 192, 256}).code(), Code::kBadPlan) << "one tensor too many";
  EXPECT_EQ(Planned({1, 0, 4, 0, 64, 128}).code(), Code::kBadPlan) << "shorter than its count";
  EXPECT_EQ(Planned({1, 0, -1, 0, 64, 128, 192}).code(), Code::kBadPlan) << "a negative count";
  EXPECT_EQ(Planned({1, 0}).code(), Code::kBadPlan) << "no count";
  EXPECT_EQ(Planned({1, 0, 4, 0, 64, 128, 192}, 27).code(), Code::kBadPlan) << "cut within the last offset";
}

TEST(EmbeddedPlan, TheTensorIsNamed) {
  Planned p({1, 0, 4, 0, 64, 80, 192});
  EXPECT_EQ(p.model->status.place(), Place::kTensor);
  EXPECT_EQ(p.model->interpreter.failure().tensor_index, kB);
}

TEST(EmbeddedPlan, AnOffsetBeyondTheArenaIsAnArenaTooSmall) {
  const Code code = Planned({1, 0, 4, 0, 64, 1 << 20, 192}).code();
  EXPECT_EQ(code, Code::kArenaTooSmall);
}

TEST(EmbeddedPlan, IsLeftAsideWhereAllTensorsAreKept) {
  TfliteBuilder b = chain();
  const int32_t words[] = {1, 0, 4, 0, 64, 0, 96};  // x and b share
  b.metadata("OfflineMemoryAllocation", words, sizeof words);
  const std::vector<uint8_t> file = testing::file_of(b);
  testing::ExactBlock block(file), arena(4096);
  Interpreter interpreter;
  InterpreterOptions options;
  options.keep_all_tensors = true;
  ASSERT_TRUE(interpreter.init(block.data(), block.size(), all_ops(), arena.data(), arena.size(), options).ok());
  EXPECT_NE(interpreter.tensor(kX).data, interpreter.tensor(kB).data);
}

// Each of these lives for one operator only, and at once with the other.
TEST(EmbeddedPlan, TwoInputsOfTheFirstOperatorMayNotShare) {
  TfliteBuilder b;
  const int32_t x = b.tensor(s8(kBytes)), y = b.tensor(s8(kBytes)), z = b.tensor(s8(kBytes));
  b.op(Builtin::ADD, list(x, y), list(z));
  b.inputs = list(x, y), b.outputs = list(z);
  const int32_t words[] = {1, 0, 3, 0, 16, 64};
  b.metadata("OfflineMemoryAllocation", words, sizeof words);
  EXPECT_EQ(SmallModel(b).status.code(), Code::kBadPlan);
}

TEST(EmbeddedPlan, ATensorThatNothingReadsMayNotLieOnWhatIsAlive) {
  TfliteBuilder b;
  for (int i = 0; i < 4; ++i) b.tensor(s8(kBytes));
  b.op(Builtin::RELU, list(0), list(1));
  b.op(Builtin::RELU, list(0), list(2));  // nothing reads 2; 1 is alive
  b.op(Builtin::RELU, list(1), list(3));
  b.inputs = list(0), b.outputs = list(3);
  const int32_t words[] = {1, 0, 4, 0, 64, 64, 128};
  b.metadata("OfflineMemoryAllocation", words, sizeof words);
  EXPECT_EQ(SmallModel(b).status.code(), Code::kBadPlan);
}

}  // namespace
}  // namespace midge
