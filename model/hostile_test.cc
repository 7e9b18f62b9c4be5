// Files that are well formed flatbuffers and mean harm: lists that refer to one table again and again, sizes that overflow, graphs
// whose plan would take for ever. Each must be answered quickly, by a status.
#include <gtest/gtest.h>

#include <chrono>
#include <cstring>

#include "midge/interpreter.h"
#include "tests/digits.h"
#include "tests/flat_writer.h"
#include "tests/tflite_builder.h"

namespace midge {
namespace {

using testing::ExactBlock;
using testing::FlatWriter;

constexpr auto kQuick = std::chrono::seconds(2);

/// A file with one subgraph; `fill` writes the rest of root and subgraph.
template <class F>
std::vector<uint8_t> write(size_t capacity, F fill) {
  std::vector<uint8_t> bytes(capacity);
  FlatWriter w(bytes.data(), static_cast<uint32_t>(capacity));
  const uint32_t start = w.reserve(8);
  w.copy(start + 4, "TFL3", 4);
  const uint32_t root = w.table(7);
  w.point(start, root);
  w.u32(w.field(root, field::model::kVersion), 3);
  const uint32_t list = w.vector(w.field(root, field::model::kSubgraphs), 1, 4);
  const uint32_t subgraph = w.table(5);
  w.point(list, subgraph);
  fill(w, root, subgraph);
  EXPECT_FALSE(w.full());
  bytes.resize(w.size());
  return bytes;
}

Status open_quickly(const std::vector<uint8_t>& bytes) {
  ExactBlock file(bytes);
  Model model;
  const auto start = std::chrono::steady_clock::now();
  const Status status = model.open(file.data(), file.size());
  EXPECT_LT(std::chrono::steady_clock::now() - start, kQuick);
  return status;
}

TEST(HostileModel, OneOperatorManyTimesWithALongListIsTooMuchWork) {
  constexpr uint32_t kTimes = 10000, kInputs = 10000;
  const std::vector<uint8_t> bytes = write(200000, [&](FlatWriter& w, uint32_t root, uint32_t subgraph) {
    const uint32_t ops_at = w.field(subgraph, field::subgraph::kOperators), codes_at = w.field(root, field::model::kOperatorCodes);
    const uint32_t tensors_at = w.field(subgraph, field::subgraph::kTensors);
    const uint32_t ops = w.vector(ops_at, kTimes, 4), op = w.table(6);
    for (uint32_t i = 0; i < kTimes; ++i) w.point(ops + 4 * i, op);
    w.vector(w.field(op, field::op::kInputs), kInputs, 4);
    const uint32_t codes = w.vector(codes_at, 1, 4);
    w.point(codes, w.table(4));
    const uint32_t tensors = w.vector(tensors_at, 1, 4);
    w.point(tensors, w.table(8));
  });
  EXPECT_EQ(open_quickly(bytes).code(), Code::kTooMuchWork);
}

TEST(HostileModel, OneTableInEveryListIsAnsweredQuickly) {
  constexpr uint32_t kTimes = 100000;
  const std::vector<uint8_t> bytes = write(3000000, [&](FlatWriter& w, uint32_t root, uint32_t subgraph) {
    const uint32_t lists[] = {w.field(root, field::model::kOperatorCodes), w.field(root, field::model::kBuffers),
                              w.field(root, field::model::kMetadata), w.field(subgraph, field::subgraph::kTensors),
                              w.field(subgraph, field::subgraph::kOperators)};
    uint32_t first[5];
    for (int i = 0; i < 5; ++i) first[i] = w.vector(lists[i], kTimes, 4);
    const uint32_t table = w.table(8);
    for (uint32_t at : first) {
      for (uint32_t i = 0; i < kTimes; ++i) w.point(at + 4 * i, table);
    }
  });
  const Status status = open_quickly(bytes);
  EXPECT_TRUE(status.ok() || status.code() == Code::kTooMuchWork) << status_name(status.code());
}

TEST(HostileModel, ElementCountsOfUnsizedTypesAreCheckedToo) {
  for (const Type type : {Type::kString, Type::kResource, Type::kVariant, Type::kInt4, Type::kInt8, static_cast<Type>(99)}) {
    testing::TfliteBuilder b;
    b.tensor({type, testing::shape_of(65536, 65536)});
    std::vector<uint8_t> file(2048);
    const uint32_t size = b.write(file.data(), 2048);
    ExactBlock block(std::span<const uint8_t>(file).first(size));
    Model model;
    EXPECT_EQ(model.open(block.data(), block.size()).code(), Code::kTooLarge) << type_name(type);
  }
}

/// Graph inputs of these sizes that nothing reads: init() plans them all.
template <class Bytes>
Status plan_quickly(uint32_t inputs, size_t arena_bytes, Bytes bytes_of) {
  const std::vector<uint8_t> file = write(2000 + inputs * 160, [&](FlatWriter& w, uint32_t, uint32_t subgraph) {
    const uint32_t tensors_at = w.field(subgraph, field::subgraph::kTensors), inputs_at = w.field(subgraph, field::subgraph::kInputs);
    const uint32_t tensors = w.vector(tensors_at, inputs, 4), list = w.vector(inputs_at, inputs, 4);
    for (uint32_t i = 0; i < inputs; ++i) {
      const uint32_t table = w.table(8);
      w.point(tensors + 4 * i, table);
      w.u32(list + 4 * i, i);
      w.u8(w.field(table, field::tensor::kType), static_cast<uint8_t>(Type::kInt8));
      const uint32_t shape = w.vector(w.field(table, field::tensor::kShape), 1, 4);
      w.i32(shape, bytes_of(static_cast<int32_t>(i)));
    }
  });
  ExactBlock block(file), arena(arena_bytes);
  Interpreter interpreter;
  const auto start = std::chrono::steady_clock::now();
  const Status status = interpreter.init(block.data(), block.size(), all_ops(), arena.data(), arena.size());
  EXPECT_LT(std::chrono::steady_clock::now() - start, kQuick) << inputs << " inputs";
  return status;
}

TEST(HostileModel, TensorsThatExceedTheAddressSpaceDoNotHangThePlanner) {
  for (const int32_t bytes : {0x7fffffff, 0x7ffffff0, 0x7fffff00, 0x55555555, 0x40000000}) {
    for (uint32_t inputs = 1; inputs <= 9; ++inputs) {
      const Code code = plan_quickly(inputs, 4096, [&](int32_t) { return bytes; }).code();
      EXPECT_TRUE(code == Code::kArenaTooSmall || code == Code::kTooLarge) << inputs << " of " << bytes << ": " << status_name(code);
    }
  }
}

TEST(HostileModel, ManyTensorsArePlannedQuickly) {
  constexpr int32_t kInputs = 3000;
  EXPECT_TRUE(plan_quickly(kInputs, 600000, [](int32_t) { return 1; }).ok());
  EXPECT_TRUE(plan_quickly(kInputs, 6000000, [](int32_t i) { return 1 + i; }).ok());
  EXPECT_TRUE(plan_quickly(kInputs, 6000000, [](int32_t i) { return kInputs - i; }).ok());
}

}  // namespace
}  // namespace midge
