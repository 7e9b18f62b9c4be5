// digits.tflite on the interpreter: the answers are LiteRT's, byte for byte; the profiler sees each operator once and in order; what
// was not prepared says so.
#include <gtest/gtest.h>

#include <cstring>

#include "midge/interpreter.h"
#include "tests/digits.h"

namespace midge {
namespace {

using testing::Digits;
using testing::digits;
using testing::digits_model;
using testing::ExactBlock;

constexpr size_t kArenaBytes = 32 * 1024;

void expect_image(Interpreter& interpreter, size_t i) {
  std::memcpy(interpreter.input(0).data, digits().image(i), Digits::kImageBytes);
  ASSERT_TRUE(interpreter.invoke().ok());
  ASSERT_EQ(std::memcmp(interpreter.output(0).data, digits().output(i), Digits::kOutputs), 0) << "image " << i;
}

TEST(DigitsModel, AnswersAsLiteRtDoes) {
  ExactBlock file(digits_model()), arena(kArenaBytes);
  Interpreter interpreter;
  ASSERT_TRUE(interpreter.init(file.data(), file.size(), all_ops(), arena.data(), arena.size()).ok());
  ASSERT_EQ(interpreter.input_count(), 1u);
  ASSERT_EQ(interpreter.input(0).bytes, Digits::kImageBytes);
  ASSERT_EQ(interpreter.output(0).bytes, Digits::kOutputs);
  ASSERT_GE(digits().count(), 20u);
  for (size_t i = 0; i < digits().count(); ++i) ASSERT_NO_FATAL_FAILURE(expect_image(interpreter, i));
}

TEST(DigitsModel, Int8OperatorsAreEnough) {
  ExactBlock file(digits_model()), arena(kArenaBytes);
  Resolver<6> resolver;
  for (const OpRegistration* op :
       {&ops::conv_2d_s8, &ops::depthwise_conv_2d_s8, &ops::max_pool_2d_s8, &ops::mean_s8, &ops::fully_connected_s8, &ops::softmax_s8}) {
    ASSERT_TRUE(resolver.add(*op).ok());
  }
  Interpreter interpreter;
  Status status = interpreter.init(file.data(), file.size(), resolver.list(), arena.data(), arena.size());
  if (status.code() == Code::kUnknownOperator) {  // a RESHAPE, where the exporter left one in
    Resolver<7> more;
    for (const OpRegistration* op : {&ops::conv_2d_s8, &ops::depthwise_conv_2d_s8, &ops::max_pool_2d_s8, &ops::mean_s8,
                                     &ops::fully_connected_s8, &ops::softmax_s8, &ops::reshape_s8}) {
      ASSERT_TRUE(more.add(*op).ok());
    }
    status = interpreter.init(file.data(), file.size(), more.list(), arena.data(), arena.size());
  }
  ASSERT_TRUE(status.ok()) << status_name(status.code());
  for (size_t i = 0; i < 20; ++i) ASSERT_NO_FATAL_FAILURE(expect_image(interpreter, i));
}

TEST(DigitsModel, KeepingAllTensorsGivesTheSameAnswers) {
  ExactBlock file(digits_model()), arena(4 * kArenaBytes);
  Interpreter interpreter;
  InterpreterOptions options;
  options.keep_all_tensors = true;
  ASSERT_TRUE(interpreter.init(file.data(), file.size(), all_ops(), arena.data(), arena.size(), options).ok());
  for (size_t i = 0; i < 20; ++i) ASSERT_NO_FATAL_FAILURE(expect_image(interpreter, i));
  // The input too has memory of its own: it is still there.
  EXPECT_EQ(std::memcmp(interpreter.input(0).data, digits().image(19), Digits::kImageBytes), 0);
}

TEST(DigitsModel, ProfilerSeesEachOperatorOnceInOrder) {
  struct Trace {
    std::vector<uint32_t> begun, ended;
  } trace;
  const Profiler profiler = {[](void* self, uint32_t i) { static_cast<Trace*>(self)->begun.push_back(i); },
                             [](void* self, uint32_t i) {
                               Trace* t = static_cast<Trace*>(self);
                               t->ended.push_back(i);
                               EXPECT_EQ(t->begun.size(), t->ended.size());
                             },
                             &trace};
  ExactBlock file(digits_model()), arena(kArenaBytes);
  Interpreter interpreter;
  ASSERT_TRUE(interpreter.init(file.data(), file.size(), all_ops(), arena.data(), arena.size()).ok());
  interpreter.set_profiler(&profiler);
  ASSERT_NO_FATAL_FAILURE(expect_image(interpreter, 0));
  std::vector<uint32_t> all(interpreter.model().operator_count());
  for (uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  EXPECT_EQ(trace.begun, all);
  EXPECT_EQ(trace.ended, all);
  interpreter.set_profiler(nullptr);
  ASSERT_NO_FATAL_FAILURE(expect_image(interpreter, 1));
  EXPECT_EQ(trace.begun.size(), all.size());
}

TEST(DigitsModel, NothingWorksBeforeInit) {
  Interpreter interpreter;
  EXPECT_EQ(interpreter.invoke().code(), Code::kNotReady);
  EXPECT_EQ(interpreter.reset_variables().code(), Code::kNotReady);
  EXPECT_EQ(interpreter.input_count(), 0u);
  EXPECT_EQ(interpreter.input(0).data, nullptr);
  EXPECT_EQ(interpreter.tensor(0).data, nullptr);
  EXPECT_EQ(interpreter.arena_used_bytes(), 0u);
}

TEST(DigitsModel, IndicesOutOfRangeHaveNoTensor) {
  ExactBlock file(digits_model()), arena(kArenaBytes);
  Interpreter interpreter;
  ASSERT_TRUE(interpreter.init(file.data(), file.size(), all_ops(), arena.data(), arena.size()).ok());
  EXPECT_EQ(interpreter.input(1).data, nullptr);
  EXPECT_EQ(interpreter.output(1).data, nullptr);
  EXPECT_EQ(interpreter.tensor(-1).data, nullptr);
  EXPECT_EQ(interpreter.tensor(static_cast<int32_t>(interpreter.model().tensor_count())).data, nullptr);
}

TEST(DigitsModel, AFailedInitLeavesTheInterpreterNotReady) {
  ExactBlock file(digits_model()), arena(kArenaBytes);
  Interpreter interpreter;
  ASSERT_TRUE(interpreter.init(file.data(), file.size(), all_ops(), arena.data(), arena.size()).ok());
  EXPECT_FALSE(interpreter.init(file.data(), 100, all_ops(), arena.data(), arena.size()).ok());
  EXPECT_EQ(interpreter.invoke().code(), Code::kNotReady);
  EXPECT_EQ(interpreter.input(0).data, nullptr);
  EXPECT_EQ(interpreter.init(file.data(), file.size(), all_ops(), static_cast<Arena*>(nullptr)).code(), Code::kBadArgument);
  EXPECT_EQ(interpreter.init(file.data(), file.size(), all_ops(), nullptr, 1000).code(), Code::kArenaTooSmall);
}

}  // namespace
}  // namespace midge
