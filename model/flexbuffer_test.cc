// The FlexBuffer reader on what the format's own library has written, in every width, and on the same bytes damaged: each one changed,
// each length cut.
#include "model/flexbuffer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/digits.h"
#include "tests/flex_map.h"

namespace midge {
namespace {

using testing::ExactBlock;

FlexValue root_of(ExactBlock& block) { return FlexValue::root({block.data(), static_cast<uint32_t>(block.size())}); }

/// flexbuffers.Dumps() of {"b": True, "f": 1.5, "i": -3, "list": [1, "two", 3.25, None, [4]], "n": None, "s": "text", "u": 300}.
const std::vector<uint8_t> kMap = {98, 0,  102, 0,  105, 0, 108, 105, 115, 116, 0,   3,   116, 119, 111, 0,   1, 4,   4, 0,  5,
                                   0,  0,  0,   1,  0,   0, 0,   16,  0,   0,   0,   0,   0,   80,  64,  0,   0, 0,   0, 23, 0,
                                   0,  0,  6,   20, 14,  2, 40,  110, 0,   115, 0,   4,   116, 101, 120, 116, 0, 117, 0, 7,  62,
                                   61, 60, 59,  17, 16,  9, 0,   0,   0,   10,  0,   0,   0,   1,   0,   0,   0, 7,   0, 0,  0,
                                   1,  0,  0,   0,  0,   0, 192, 63,  253, 255, 255, 255, 72,  0,   0,   0,   0, 0,   0, 0,  50,
                                   0,  0,  0,   44, 1,   0, 0,   106, 14,  6,   42,  2,   20,  6,   35,  38,  1};
/// A Builder's typed vectors: {"bools": [True, False], "floats": [0.5, -1.5], "ints": [1, -2, 3, 40000], "keys": ["a", "bc"], "three": [7, 8, 9]}.
const std::vector<uint8_t> kTyped = {98, 111, 111, 108, 115, 0,   2,   1,   0,   102, 108, 111, 97,  116, 115, 0,  2,   0,   0,   0,
                                     0,  0,   0,   63,  0,   0,   192, 191, 105, 110, 116, 115, 0,   0,   0,   0,  4,   0,   0,   0,
                                     1,  0,   0,   0,   254, 255, 255, 255, 3,   0,   0,   0,   64,  156, 0,   0,  107, 101, 121, 115,
                                     0,  97,  0,   98,  99,  0,   2,   6,   5,   116, 104, 114, 101, 101, 0,   7,  8,   9,   5,   79,
                                     71, 53,  26,  14,  5,   1,   5,   80,  68,  49,  23,  16,  144, 54,  46,  56, 76,  10,  36,  1};

std::string text_of(const FlexValue& v) {
  const Span<const char> t = v.text();
  return t.data == nullptr ? std::string("(none)") : std::string(t.data, t.size);
}
int32_t integer_of(const FlexValue& v) {
  int32_t x = 0;
  EXPECT_TRUE(v.integer(&x));
  return x;
}
float real_of(const FlexValue& v) {
  float x = 0;
  EXPECT_TRUE(v.real(&x));
  return x;
}

TEST(FlexBuffer, NumbersStringsAndListsByKey) {
  ExactBlock block(kMap);
  const FlexValue map = root_of(block);
  ASSERT_TRUE(map.present());
  EXPECT_EQ(map.size(), 7u);
  bool b = false;
  EXPECT_TRUE(map["b"].boolean(&b));
  EXPECT_TRUE(b);
  EXPECT_EQ(real_of(map["f"]), 1.5f);
  EXPECT_EQ(integer_of(map["i"]), -3);
  EXPECT_EQ(integer_of(map["u"]), 300);
  EXPECT_EQ(text_of(map["s"]), "text");
  EXPECT_FALSE(map["n"].present());
  for (const char* key : {"", "a", "ii", "lis", "list2", "z"}) EXPECT_FALSE(map[key].present()) << key;
  const FlexValue list = map["list"];
  ASSERT_EQ(list.size(), 5u);
  EXPECT_EQ(integer_of(list.at(0)), 1);
  EXPECT_EQ(text_of(list.at(1)), "two");
  EXPECT_EQ(real_of(list.at(2)), 3.25f);
  EXPECT_FALSE(list.at(3).present());
  EXPECT_EQ(integer_of(list.at(4).at(0)), 4);
  EXPECT_FALSE(list.at(5).present());
  EXPECT_FALSE(list["b"].present()) << "a list has no keys";
}

TEST(FlexBuffer, AKindDoesNotPassForAnother) {
  ExactBlock block(kMap);
  const FlexValue map = root_of(block);
  int32_t i;
  float f;
  bool b;
  EXPECT_FALSE(map["f"].integer(&i));
  EXPECT_FALSE(map["s"].integer(&i));
  EXPECT_FALSE(map["list"].real(&f));
  EXPECT_FALSE(map["f"].boolean(&b));
  EXPECT_FALSE(map["n"].integer(&i));
  EXPECT_EQ(text_of(map["i"]), "(none)");
  EXPECT_EQ(map["s"].size(), 0u);
  EXPECT_EQ(real_of(map["i"]), -3.0f) << "an integer serves as a real";
  EXPECT_EQ(integer_of(map["b"]), 1);
}

TEST(FlexBuffer, TypedVectors) {
  ExactBlock block(kTyped);
  const FlexValue map = root_of(block);
  const FlexValue bools = map["bools"], floats = map["floats"], ints = map["ints"], keys = map["keys"], three = map["three"];
  bool b = true;
  ASSERT_EQ(bools.size(), 2u);
  EXPECT_TRUE(bools.at(1).boolean(&b));
  EXPECT_FALSE(b);
  ASSERT_EQ(floats.size(), 2u);
  EXPECT_EQ(real_of(floats.at(1)), -1.5f);
  ASSERT_EQ(ints.size(), 4u);
  EXPECT_EQ(integer_of(ints.at(1)), -2);
  EXPECT_EQ(integer_of(ints.at(3)), 40000);
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(text_of(keys.at(1)), "bc");
  ASSERT_EQ(three.size(), 3u);
  EXPECT_EQ(integer_of(three.at(2)), 9);
}

TEST(FlexBuffer, IntegersBeyond32BitsAreNone) {
  // A vector of 8-byte elements: their distances, count, elements, packed types, and the root.
  const auto vector_of = [](uint64_t bits, uint8_t packed_type) {
    std::vector<uint8_t> bytes = {1, 0, 0, 0, 0, 0, 0, 0};
    for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<uint8_t>(bits >> 8 * i));
    for (const int v : {static_cast<int>(packed_type), 9, 10 << 2 | 3, 1}) bytes.push_back(static_cast<uint8_t>(v));
    return bytes;
  };
  constexpr uint8_t kInt = 1 << 2 | 3, kUint = 2 << 2 | 3, kFloat = 3 << 2 | 3;
  struct Case {
    uint64_t bits;
    uint8_t packed_type;
    bool fits;
  };
  const Case cases[] = {{0x7fffffff, kInt, true},           {0x80000000, kInt, false},          {0xffffffff80000000, kInt, true},
                        {0xffffffff7fffffff, kInt, false},  {0x7fffffff, kUint, true},          {0x80000000, kUint, false},
                        {0xffffffffffffffff, kUint, false}, {0x3ff0000000000000, kFloat, false}};
  for (const Case& c : cases) {
    ExactBlock block(vector_of(c.bits, c.packed_type));
    int32_t v = 0;
    EXPECT_EQ(root_of(block).at(0).integer(&v), c.fits) << std::hex << c.bits;
    EXPECT_EQ(v, c.fits ? static_cast<int32_t>(c.bits) : 0);
  }
  ExactBlock block(vector_of(0x3ff8000000000000, kFloat));
  EXPECT_EQ(real_of(root_of(block).at(0)), 1.5f) << "a double";
}

/// Reads everything there is, two levels deep.
uint32_t visit(const FlexValue& v, uint32_t depth = 0) {
  int32_t i = 0;
  float f;
  bool b;
  uint32_t sum = v.integer(&i) ? 1 : 0;
  sum += v.real(&f) + v.boolean(&b) + v["list"].size() + v["zzz"].size();
  for (const char c : v.text()) sum += static_cast<uint8_t>(c);
  for (uint32_t k = 0; depth < 2 && k < std::min(v.size(), 300u); ++k) sum += visit(v.at(k), depth + 1);
  return sum;
}

TEST(FlexBuffer, DamagedBytesAreNotFollowedOutside) {
  uint32_t sum = 0;
  const auto read = [&](const std::vector<uint8_t>& bytes) {
    ExactBlock block(bytes);
    sum += visit(root_of(block));
  };
  for (const std::vector<uint8_t>& good : {kMap, kTyped}) {
    for (ptrdiff_t length = 0; length <= static_cast<ptrdiff_t>(good.size()); ++length) {
      read({good.end() - length, good.end()});
      read({good.begin(), good.begin() + length});
    }
    for (size_t at = 0; at < good.size(); ++at) {
      for (int v = 0; v < 256; ++v) {
        std::vector<uint8_t> bad = good;
        bad[at] = static_cast<uint8_t>(v);
        read(bad);
      }
    }
  }
  EXPECT_NE(sum, 0u);
}

TEST(FlexBuffer, TheTestsOwnWriter) {
  testing::FlexMap map;
  map.integer("a", -70000).boolean("b", true).real("c", 2.5f);
  const FlexValue v = FlexValue::root(map.write());
  bool b = false;
  EXPECT_EQ(integer_of(v["a"]), -70000);
  EXPECT_TRUE(v["b"].boolean(&b) && b);
  EXPECT_EQ(real_of(v["c"]), 2.5f);
  EXPECT_FALSE(v["d"].present());
}

}  // namespace
}  // namespace midge
