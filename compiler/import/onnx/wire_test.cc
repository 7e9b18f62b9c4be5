#include "compiler/import/onnx/wire.h"

#include <gtest/gtest.h>

#include "compiler/import/onnx/source.h"

namespace midge::onnx {
namespace {

using Bytes = std::vector<uint8_t>;

TEST(Wire, ReadsEachKindOfField) {
  const Bytes message = {0x08, 0x96, 0x01, 0x12, 0x02, 'o', 'k', 0x1d, 0x00, 0x00, 0x80, 0x3f};
  Wire w(message);
  ASSERT_TRUE(w.next());
  EXPECT_EQ(w.number(), 1u);
  EXPECT_EQ(w.integer(), 150);
  ASSERT_TRUE(w.next());
  EXPECT_EQ(w.text(), "ok");
  EXPECT_THROW(w.integer(), WireError);
  ASSERT_TRUE(w.next());
  EXPECT_EQ(w.real(), 1.f);
  EXPECT_FALSE(w.next());
}

TEST(Wire, ReadsPackedAndSingleElements) {
  const Bytes message = {0x0a, 0x03, 0x01, 0x80, 0x01, 0x08, 0x05};
  std::vector<int64_t> all;
  for (Wire w(message); w.next();) w.append_integers(all);
  EXPECT_EQ(all, (std::vector<int64_t>{1, 128, 5}));
}

TEST(Wire, NeverReadsBeyondTheEnd) {
  const Bytes messages[] = {{0x08}, {0x08, 0x80}, {0x12, 0x05, 'a'}, {0x1d, 0x00}, {0x0b}, {0x00}, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
  for (const Bytes& m : messages) {
    Wire w(m);
    EXPECT_THROW(w.next(), WireError);
  }
  const Bytes odd = {0x0a, 0x03, 1, 2, 3};
  Wire w(odd);
  std::vector<float> floats;
  ASSERT_TRUE(w.next());
  EXPECT_THROW(w.append_fixed(floats), WireError);
}

TEST(Source, WidensHalvesAndUnpacksNibbles) {
  const Bytes halves = {0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00};  // 1, -2, the smallest number
  const auto wide = elements_from_raw(Element::kFloat16, halves.data(), halves.size(), 3);
  ASSERT_TRUE(wide);
  float v[3];
  std::memcpy(v, wide->data(), sizeof v);
  EXPECT_EQ(v[0], 1.f);
  EXPECT_EQ(v[1], -2.f);
  EXPECT_EQ(v[2], 0x1p-24f);
  const Bytes nibbles = {0x8f, 0x07};
  EXPECT_EQ(elements_from_raw(Element::kInt4, nibbles.data(), 2, 3), (ir::Bytes{0xff, 0xf8, 7}));
  EXPECT_FALSE(elements_from_raw(Element::kFloat, nibbles.data(), 2, 1));
}

TEST(Source, CountsElementsWithoutOverflow) {
  EXPECT_EQ(element_count({2, 3}), 6u);
  EXPECT_EQ(element_count({}), 1u);
  EXPECT_FALSE(element_count({-1}));
  EXPECT_FALSE(element_count({int64_t{1} << 31, 8, int64_t{1} << 31}));
}

}  // namespace
}  // namespace midge::onnx
