// Every status has a name of its own, a sentence, and (but kOk) a hint; code, place and index survive the packing into one word.
#include "base/status.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace midge {
namespace {

constexpr int kCodes = static_cast<int>(Code::kCount);

TEST(StatusText, EveryCodeHasAUniqueNameAndASentence) {
  std::set<std::string> names, sentences;
  for (int i = 0; i < kCodes; ++i) {
    const Code code = static_cast<Code>(i);
    const std::string name = status_name(code), sentence = status_message(code);
    EXPECT_EQ(name.substr(0, 1), "k") << name;
    EXPECT_GE(sentence.size(), 2u) << name;
    EXPECT_NE(sentence.back(), '.') << name << ": renderers add the full stop";
    EXPECT_TRUE(names.insert(name).second) << name << " twice";
    EXPECT_TRUE(sentences.insert(sentence).second) << name << ": another code has the same sentence";
    EXPECT_EQ(std::string(status_hint(code)).empty(), code == Code::kOk) << name;
  }
  EXPECT_STREQ(status_name(static_cast<Code>(200)), "kUnknown");
  EXPECT_STRNE(status_message(static_cast<Code>(255)), "");
}

TEST(StatusWord, KeepsCodePlaceAndIndex) {
  for (int i = 0; i < kCodes; ++i) {
    for (Place place : {Place::kNone, Place::kTensor, Place::kOperator, Place::kOperatorCode, Place::kBuffer, Place::kInput, Place::kOutput}) {
      for (uint32_t index : {0u, 1u, 4095u, 0xffffeu, 0xfffffu}) {
        const Status s(static_cast<Code>(i), place, index);
        EXPECT_EQ(s.code(), static_cast<Code>(i));
        EXPECT_EQ(s.place(), place);
        EXPECT_EQ(s.index(), index);
        EXPECT_EQ(s.ok(), i == 0);
        EXPECT_EQ(Status::from_bits(s.bits()).bits(), s.bits());
      }
    }
  }
  EXPECT_EQ(Status(Code::kBadIndex, Place::kTensor, 0xffffffff).index(), 0xfffffu) << "a larger index saturates";
  EXPECT_EQ(Status(Code::kBadIndex, Place::kTensor, 0xffffffff).code(), Code::kBadIndex);
  EXPECT_TRUE(Status().ok());
}

TEST(StatusWord, ResultHoldsAValueOrAStatus) {
  const Result<int> good(7), bad(Status(Code::kBadShape, Place::kTensor, 3));
  EXPECT_TRUE(good.ok());
  EXPECT_EQ(good.value(), 7);
  EXPECT_FALSE(bad.ok());
  EXPECT_EQ(bad.status().index(), 3u);
  const auto fails = []() -> Status {
    MIDGE_TRY(Status(Code::kBadShape));
    return Code::kOk;
  };
  EXPECT_EQ(fails().code(), Code::kBadShape);
}

}  // namespace
}  // namespace midge
