// What Model::open() accepts and refuses before it looks at a single table, and what the accessors say of a good file.
#include <gtest/gtest.h>

#include <cstring>

#include "model/model.h"
#include "tests/digits.h"
#include "tests/tflite_builder.h"

namespace midge {
namespace {

using testing::digits_model;
using testing::ExactBlock;

Code open_code(ExactBlock& block) {
  Model model;
  return model.open(block.data(), block.size()).code();
}

TEST(Reader, OpensDigits) {
  ExactBlock block(digits_model());
  Model model;
  ASSERT_TRUE(model.open(block.data(), block.size()).ok());
  EXPECT_EQ(model.subgraph_count(), 1u);
  ASSERT_EQ(model.inputs().count, 1u);
  ASSERT_EQ(model.outputs().count, 1u);
  const Tensor in = model.tensor(static_cast<uint32_t>(model.inputs()[0]));
  EXPECT_EQ(in.type, Type::kInt8);
  EXPECT_TRUE(in.shape == make_shape(1, 8, 8, 1));
  EXPECT_EQ(in.bytes, 64u);
  EXPECT_FALSE(in.constant());
  uint32_t constants = 0;
  for (uint32_t i = 0; i < model.operator_count(); ++i) {
    const Operator op = model.op(i);
    EXPECT_NE(builtin_name(op.code), nullptr);
    EXPECT_GT(op.inputs.count, 0u);
    EXPECT_EQ(op.outputs.count, 1u);
  }
  for (uint32_t t = 0; t < model.tensor_count(); ++t) constants += model.tensor(t).constant();
  EXPECT_GT(constants, 0u);
  EXPECT_EQ(model.op(0).code, static_cast<int32_t>(Builtin::CONV_2D));
}

TEST(Reader, RefusesWhatIsNotAModel) {
  Model model;
  EXPECT_EQ(model.open(nullptr, 100).code(), Code::kBadArgument);
  ExactBlock empty(0);
  EXPECT_EQ(open_code(empty), Code::kNotTflite);
  const char text[] = "This is a text file, long enough to hold a header.\n";
  ExactBlock text_block({reinterpret_cast<const uint8_t*>(text), sizeof text - 1});
  EXPECT_EQ(open_code(text_block), Code::kNotTflite);
  ExactBlock zeros(64);
  std::memset(zeros.data(), 0, 64);
  EXPECT_EQ(open_code(zeros), Code::kNotTflite);
  const uint8_t only_identifier[] = {4, 0, 0, 0, 'T', 'F', 'L', '3'};
  ExactBlock header(only_identifier);
  EXPECT_EQ(open_code(header), Code::kTruncated);
}

TEST(Reader, RefusesAnotherIdentifierOrVersion) {
  std::vector<uint8_t> bytes = digits_model();
  bytes[7] = '2';
  ExactBlock older(bytes);
  EXPECT_EQ(open_code(older), Code::kNotTflite);
  // The version is field 0 of the root table.
  bytes = digits_model();
  const uint32_t root = load_u32(bytes.data()), vtable = root - load_u32(&bytes[root]);
  uint8_t* version = &bytes[root + load_u16(&bytes[vtable + 4])];
  ASSERT_EQ(load_u32(version), 3u);
  for (uint8_t v : {0, 1, 2, 4, 255}) {
    *version = v;
    ExactBlock block(bytes);
    EXPECT_EQ(open_code(block), Code::kSchemaVersion) << int{v};
  }
}

TEST(Reader, RefusesAnAddressThatIsNotAMultipleOf4) {
  for (size_t offset = 0; offset < 16; ++offset) {
    ExactBlock block(digits_model(), offset);
    EXPECT_EQ(open_code(block), offset % 4 == 0 ? Code::kOk : Code::kMisaligned) << offset;
  }
}

TEST(Reader, AFailureLeavesTheModelEmpty) {
  ExactBlock good(digits_model());
  ExactBlock bad(std::span<const uint8_t>(digits_model()).first(1000));
  Model model;
  ASSERT_TRUE(model.open(good.data(), good.size()).ok());
  ASSERT_FALSE(model.open(bad.data(), bad.size()).ok());
  EXPECT_EQ(model.tensor_count(), 0u);
  EXPECT_EQ(model.operator_count(), 0u);
  EXPECT_EQ(model.inputs().count, 0u);
  EXPECT_EQ(model.data(), nullptr);
}

TEST(Reader, FindsMetadataByName) {
  testing::TfliteBuilder b;
  const uint8_t payload[] = {1, 2, 3, 4, 5};
  b.tensor({Type::kInt8, testing::shape_of(1), 0.5f, -7});
  b.metadata("about", payload, sizeof payload);
  alignas(16) uint8_t file[2048];
  const uint32_t size = b.write(file, sizeof file);
  ASSERT_GT(size, 0u);
  Model model;
  ASSERT_TRUE(model.open(file, size).ok());
  const Span<const uint8_t> found = model.metadata("about");
  ASSERT_EQ(found.size, sizeof payload);
  EXPECT_EQ(std::memcmp(found.data, payload, sizeof payload), 0);
  EXPECT_TRUE(model.metadata("abou").empty());
  EXPECT_TRUE(model.metadata("about2").empty());
  EXPECT_EQ(model.tensor(0).zero_point(), -7) << "zero points are int64 in the file";
  EXPECT_EQ(model.tensor(0).scale(), 0.5f);
}

}  // namespace
}  // namespace midge
