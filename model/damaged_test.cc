// The model file is not trusted: digits.tflite cut at every byte, with every byte changed, and with many bytes changed at once,
// gives a status or runs; it never reads outside of the file or the arena. Meant for the sanitizers' build.
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "midge/interpreter.h"
#include "ops/testing_variables.h"
#include "tests/digits.h"
#include "tests/small_model.h"

namespace midge {
namespace {

using testing::digits_model;
using testing::ExactBlock;

constexpr uint32_t kSeed = 77123;
constexpr size_t kArenaBytes = 64 * 1024;

/// How far damaged files came.
struct Outcome {
  uint32_t refused = 0, not_prepared = 0, ran = 0;
};

/// Opens, prepares and runs once. Every failure must have a code of the list.
void try_model(const uint8_t* file, size_t size, ExactBlock& arena, Outcome* outcome) {
  static Interpreter interpreter;
  const Status status = interpreter.init(file, size, all_ops(), arena.data(), arena.size());
  ASSERT_LT(status.code(), Code::kCount);
  if (!status.ok()) {
    ++(interpreter.model().data() == nullptr ? outcome->refused : outcome->not_prepared);
    ASSERT_EQ(interpreter.invoke().code(), Code::kNotReady);
    ASSERT_EQ(interpreter.failure().status.bits(), status.bits());
    return;
  }
  ++outcome->ran;
  for (uint32_t i = 0; i < interpreter.input_count(); ++i) std::memset(interpreter.input(i).data, 0x35, interpreter.input(i).bytes);
  const Status invoked = interpreter.invoke();
  ASSERT_TRUE(invoked.ok() || invoked.code() == Code::kBadData) << status_name(invoked.code());
}

TEST(DamagedModel, CutAtEveryByte) {
  ExactBlock arena(kArenaBytes);
  const std::vector<uint8_t>& good = digits_model();
  Outcome outcome;
  for (size_t size = 0; size < good.size(); ++size) {
    ExactBlock file(std::span<const uint8_t>(good).first(size));
    ASSERT_NO_FATAL_FAILURE(try_model(file.data(), size, arena, &outcome)) << size;
  }
  EXPECT_EQ(outcome.refused, good.size()) << "a file that is cut anywhere misses something";
}

TEST(DamagedModel, EveryByteChanged) {
  ExactBlock arena(kArenaBytes);
  ExactBlock file(digits_model());
  Outcome outcome;
  for (size_t at = 0; at < file.size(); ++at) {
    const uint8_t original = file.data()[at];
    for (const uint8_t value : {uint8_t{0}, uint8_t{0xff}, static_cast<uint8_t>(original ^ 1u << at % 8)}) {
      if (value == original) continue;
      file.data()[at] = value;
      ASSERT_NO_FATAL_FAILURE(try_model(file.data(), file.size(), arena, &outcome)) << "byte " << at << " = " << int{value};
    }
    file.data()[at] = original;
  }
  EXPECT_GT(outcome.refused, 0u);
  EXPECT_GT(outcome.not_prepared, 0u);
  EXPECT_GT(outcome.ran, 0u);
}

TEST(DamagedModel, EveryByteOfAModelWithSubgraphsChanged) {
  constexpr int32_t kInitial[testing::kVariableValues] = {1, 2, 3};
  testing::TfliteBuilder builder;
  testing::accumulator(builder, kInitial);
  ExactBlock arena(kArenaBytes), file(testing::file_of(builder));
  Outcome outcome;
  for (size_t at = 0; at < file.size(); ++at) {
    const uint8_t original = file.data()[at];
    for (int value = 0; value < 256; value += 5) {
      file.data()[at] = static_cast<uint8_t>(value);
      ASSERT_NO_FATAL_FAILURE(try_model(file.data(), file.size(), arena, &outcome)) << "byte " << at << " = " << value;
    }
    file.data()[at] = original;
  }
  EXPECT_GT(outcome.not_prepared, 0u);
  EXPECT_GT(outcome.ran, 0u);
}

/// The bytes that a change of makes open() or init() fail: offsets, counts, types, shapes; not weights.
std::vector<uint32_t> structural_bytes() {
  ExactBlock arena(kArenaBytes);
  ExactBlock file(digits_model());
  Interpreter interpreter;
  std::vector<uint32_t> found;
  for (uint32_t at = 0; at < file.size(); ++at) {
    file.data()[at] ^= 0xff;
    if (!interpreter.init(file.data(), file.size(), all_ops(), arena.data(), arena.size()).ok()) found.push_back(at);
    file.data()[at] ^= 0xff;
  }
  return found;
}

TEST(DamagedModel, ManyBytesChangedAtOnce) {
  std::mt19937 random(kSeed);
  ExactBlock arena(kArenaBytes);
  ExactBlock file(digits_model());
  const std::vector<uint32_t> structure = structural_bytes();
  ASSERT_GT(structure.size(), 100u);
  constexpr uint8_t kInteresting[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 0x7f, 0x80, 0xfe, 0xff};
  Outcome outcome;
  for (int round = 0; round < 20000; ++round) {
    const uint32_t changes = 1 + random() % 4;
    std::vector<std::pair<uint32_t, uint8_t>> before;
    for (uint32_t i = 0; i < changes; ++i) {
      // Most changes hit the structure; neighbours change together, since fields are up to 8 bytes.
      const uint32_t at = random() % 8 == 0 ? random() % static_cast<uint32_t>(file.size()) : structure[random() % structure.size()];
      for (uint32_t k = at; k < at + 1 + random() % 4 && k < file.size(); ++k) {
        before.emplace_back(k, file.data()[k]);
        file.data()[k] = random() % 2 == 0 ? kInteresting[random() % sizeof kInteresting] : static_cast<uint8_t>(random());
      }
    }
    ASSERT_NO_FATAL_FAILURE(try_model(file.data(), file.size(), arena, &outcome)) << "round " << round << ", seed " << kSeed;
    for (size_t i = before.size(); i-- > 0;) file.data()[before[i].first] = before[i].second;
  }
  EXPECT_EQ(std::memcmp(file.data(), digits_model().data(), file.size()), 0);
  EXPECT_GT(outcome.refused, 1000u);
  EXPECT_GT(outcome.not_prepared, 500u);
  EXPECT_GT(outcome.ran, 50u);
}

}  // namespace
}  // namespace midge
