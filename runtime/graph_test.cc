// What a graph may not be: tensors read before they are written, written twice, constants and inputs that are written; empty
// tensors; and what it may be: an input that is an output, a graph without operators.
#include <gtest/gtest.h>

#include <cstring>

#include "tests/small_model.h"

namespace midge {
namespace {

using testing::list;
using testing::s8;
using testing::shape_of;
using testing::SmallModel;
using testing::TensorSpec;
using testing::TfliteBuilder;

const int8_t kConstant[8] = {1, 2, 3, 4, 5, 6, 7, 8};

TensorSpec constant() {
  TensorSpec t = s8(8);
  t.data = kConstant, t.data_bytes = sizeof kConstant;
  return t;
}

void expect_failure(const TfliteBuilder& b, Code code, int32_t tensor, int32_t op) {
  const SmallModel m(b);
  EXPECT_EQ(m.status.code(), code) << status_name(m.status.code());
  EXPECT_EQ(m.interpreter.failure().tensor_index, tensor);
  EXPECT_EQ(m.interpreter.failure().operator_index, op);
}

TEST(Graph, ATensorThatNothingWrites) {
  TfliteBuilder b;
  const int32_t x = b.tensor(s8(8)), nobody = b.tensor(s8(8)), y = b.tensor(s8(8));
  b.op(Builtin::ADD, list(x, nobody), list(y));
  b.inputs = list(x), b.outputs = list(y);
  expect_failure(b, Code::kUnproduced, nobody, 0);
}

TEST(Graph, ATensorThatIsWrittenLater) {
  TfliteBuilder b;
  const int32_t x = b.tensor(s8(8)), a = b.tensor(s8(8)), y = b.tensor(s8(8));
  b.op(Builtin::RELU, list(a), list(y));
  b.op(Builtin::RELU, list(x), list(a));
  b.inputs = list(x), b.outputs = list(y);
  expect_failure(b, Code::kUnproduced, a, 0);
}

TEST(Graph, AnOutputThatNothingWrites) {
  TfliteBuilder b;
  const int32_t x = b.tensor(s8(8)), y = b.tensor(s8(8)), nobody = b.tensor(s8(8));
  b.op(Builtin::RELU, list(x), list(y));
  b.inputs = list(x), b.outputs = list(y, nobody);
  expect_failure(b, Code::kUnproduced, nobody, -1);
}

TEST(Graph, ATensorThatIsWrittenTwice) {
  TfliteBuilder b;
  const int32_t x = b.tensor(s8(8)), y = b.tensor(s8(8));
  b.op(Builtin::RELU, list(x), list(y));
  b.op(Builtin::RELU, list(x), list(y));
  b.inputs = list(x), b.outputs = list(y);
  expect_failure(b, Code::kWrittenTwice, y, 1);
}

TEST(Graph, AnOperatorThatWritesItsOwnInput) {
  TfliteBuilder b;
  const int32_t x = b.tensor(s8(8)), y = b.tensor(s8(8));
  b.op(Builtin::RELU, list(x), list(y));
  b.op(Builtin::RELU, list(y), list(y));
  b.inputs = list(x), b.outputs = list(y);
  expect_failure(b, Code::kWrittenTwice, y, 1);
}

TEST(Graph, AConstantThatIsWritten) {
  TfliteBuilder b;
  const int32_t x = b.tensor(s8(8)), c = b.tensor(constant());
  b.op(Builtin::RELU, list(x), list(c));
  b.inputs = list(x), b.outputs = list(c);
  expect_failure(b, Code::kWrittenTwice, c, 0);
}

TEST(Graph, AGraphInputThatIsWritten) {
  TfliteBuilder b;
  const int32_t x = b.tensor(s8(8)), y = b.tensor(s8(8));
  b.op(Builtin::RELU, list(x), list(y));
  b.inputs = list(x, y), b.outputs = list(y);
  expect_failure(b, Code::kWrittenTwice, y, 0);
}

TEST(Graph, AGraphInputThatIsAConstant) {
  TfliteBuilder b;
  const int32_t c = b.tensor(constant()), y = b.tensor(s8(8));
  b.op(Builtin::RELU, list(c), list(y));
  b.inputs = list(c), b.outputs = list(y);
  expect_failure(b, Code::kWrittenTwice, c, -1);
}

TEST(Graph, IndicesPastTheirLists) {
  for (const int32_t bad : {3, 1000, INT32_MAX, INT32_MIN, -2}) {
    TfliteBuilder in, out, graph_in, graph_out;
    for (TfliteBuilder* b : {&in, &out, &graph_in, &graph_out}) {
      b->tensor(s8(8)), b->tensor(s8(8)), b->tensor(s8(8));
      b->op(Builtin::ADD, list(0, b == &in ? bad : 0), list(b == &out ? bad : 1));
      b->inputs = list(b == &graph_in ? bad : 0), b->outputs = list(b == &graph_out ? bad : 1);
      EXPECT_EQ(SmallModel(*b).status.code(), Code::kBadIndex) << bad;
    }
  }
  for (const int32_t index : {2, 3, -2, -1}) {
    TfliteBuilder b;
    b.tensor(s8(8)), b.tensor(s8(8)), b.tensor(s8(8));
    b.op(Builtin::RELU, list(0), list(1));
    b.intermediates(list(index));
    b.inputs = list(0), b.outputs = list(1);
    EXPECT_EQ(SmallModel(b).status.code(), index == 2 || index == -1 ? Code::kOk : Code::kBadIndex) << "intermediate tensor " << index;
  }
  TfliteBuilder absent_output;
  absent_output.tensor(s8(8));
  absent_output.op(Builtin::RELU, list(0), list(-1));
  absent_output.inputs = list(0);
  EXPECT_EQ(SmallModel(absent_output).status.code(), Code::kBadIndex) << "only inputs may be absent";
}

TEST(Graph, ABufferPastTheList) {
  for (const int32_t bad : {4, 1000, INT32_MAX}) {  // buffers: the empty one, one a tensor, one for metadata
    TfliteBuilder b;
    TensorSpec t = s8(8);
    b.tensor(t);
    t.buffer = bad;
    const int32_t x = b.tensor(t);
    b.inputs = list(x), b.outputs = list(x);
    const SmallModel m(b);
    EXPECT_EQ(m.status.code(), Code::kBadIndex) << bad;
    EXPECT_EQ(m.interpreter.failure().tensor_index, x);
  }
}

TEST(Graph, TooFewAndTooManyTensors) {
  const struct {
    testing::IndexList in, out;
  } lists[] = {{list(), list(1)}, {list(0, 0), list(1)}, {list(0), list()}, {list(0), list(1, 2)}, {list(-1), list(1)}};
  for (const auto& l : lists) {
    TfliteBuilder b;
    b.tensor(s8(8)), b.tensor(s8(8)), b.tensor(s8(8));
    b.op(Builtin::RELU, l.in, l.out);
    b.inputs = list(0), b.outputs = list(0);
    const Code code = SmallModel(b).status.code();
    EXPECT_TRUE(code == Code::kTensorCount || code == Code::kUnsupportedType) << status_name(code);
  }
}

TEST(Graph, EmptyAndOversizedTensors) {
  for (const testing::TensorSpec& t : {TensorSpec{Type::kInt8, shape_of(1, 0), 0.5f}, TensorSpec{Type::kString, shape_of(1, 8)},
                                       TensorSpec{Type::kInt8, shape_of(0x7fffffff), 0.5f}}) {
    TfliteBuilder b;
    const int32_t x = b.tensor(t), y = b.tensor(t);
    b.op(Builtin::RELU, list(x), list(y));
    b.inputs = list(x), b.outputs = list(y);
    EXPECT_FALSE(SmallModel(b).status.ok());
  }
}

TEST(Graph, AConstantOfTheWrongSize) {
  for (const uint32_t bytes : {1u, 7u, 9u, 16u}) {
    static const int8_t data[16] = {};
    TfliteBuilder b;
    TensorSpec t = s8(8);
    t.data = data, t.data_bytes = bytes;
    b.tensor(t);
    EXPECT_EQ(SmallModel(b).status.code(), Code::kBufferSize) << bytes;
  }
}

TEST(Graph, AnInputThatIsAnOutputPassesThrough) {
  TfliteBuilder b;
  const int32_t x = b.tensor(s8(8));
  b.inputs = list(x), b.outputs = list(x);
  SmallModel m(b);
  ASSERT_TRUE(m.status.ok()) << status_name(m.status.code());
  std::memset(m.interpreter.input(0).data, 42, 8);
  EXPECT_TRUE(m.interpreter.invoke().ok());
  EXPECT_EQ(*static_cast<int8_t*>(m.interpreter.output(0).data), 42);
}

TEST(Graph, AConstantMayBeAnOutput) {
  TfliteBuilder b;
  const int32_t c = b.tensor(constant());
  b.outputs = list(c);
  SmallModel m(b);
  ASSERT_TRUE(m.status.ok()) << status_name(m.status.code());
  EXPECT_TRUE(m.interpreter.invoke().ok());
  EXPECT_EQ(std::memcmp(m.interpreter.output(0).data, kConstant, sizeof kConstant), 0);
}

}  // namespace
}  // namespace midge
