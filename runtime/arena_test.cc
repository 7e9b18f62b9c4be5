// The arena swept: every size from nothing to what is needed, and every alignment of the caller's buffer. Too small fails with the
// exact size that then succeeds; nothing outside of the buffer is ever written.
#include <gtest/gtest.h>

#include <cstring>

#include "midge/interpreter.h"
#include "tests/digits.h"
#include "tests/tflite_builder.h"

namespace midge {
namespace {

using testing::Digits;
using testing::digits;
using testing::digits_model;
using testing::ExactBlock;
using testing::list;
using testing::Options;
using testing::shape_of;

constexpr size_t kGuard = 64;
constexpr uint8_t kPattern = 0xa7;

/// A buffer at a given offset from a multiple of 32, between guards.
class GuardedBuffer {
 public:
  GuardedBuffer(size_t most, size_t offset) : block_(2 * kGuard + most + 32), start_(block_.data() + kGuard + offset) {
    std::memset(block_.data(), kPattern, block_.size());
  }
  uint8_t* data() { return start_; }
  /// True if every byte but the `size` of the buffer is as it was.
  bool guards_hold(size_t size) {
    for (uint8_t* p = block_.data(); p < block_.data() + block_.size(); ++p) {
      if ((p < start_ || p >= start_ + size) && *p != kPattern) return false;
    }
    return true;
  }

 private:
  ExactBlock block_;
  uint8_t* start_;
};

/// The smallest size at which a buffer at that address will do.
size_t smallest_size(Interpreter& interpreter, ExactBlock& file, GuardedBuffer& buffer, size_t most) {
  size_t too_small = 0;
  while (most - too_small > 1) {
    const size_t middle = (too_small + most) / 2;
    (interpreter.init(file.data(), file.size(), all_ops(), buffer.data(), middle).ok() ? most : too_small) = middle;
  }
  return most;
}

/// Sweeps the sizes in steps of `step` (the last bytes one by one) for a buffer at `offset`.
void sweep(const std::vector<uint8_t>& model, size_t offset, size_t step) {
  constexpr size_t kAmple = 96 * 1024;
  ExactBlock file(model);
  Interpreter interpreter;
  GuardedBuffer ample(kAmple, offset);
  const size_t needed = smallest_size(interpreter, file, ample, kAmple);
  for (size_t more = 0; more < 16; ++more) {
    ASSERT_TRUE(interpreter.init(file.data(), file.size(), all_ops(), ample.data(), kAmple - more).ok());
    ASSERT_EQ(interpreter.arena_used_bytes(), needed) << "in an ample arena, offset " << offset;
  }
  const size_t holds_table =
      (16 - offset % 16) % 16 + (interpreter.model().tensor_count() + interpreter.model().operator_count()) * sizeof(PlanEntry) + 8;
  GuardedBuffer buffer(needed, offset);
  for (size_t size = 0; size < needed; size += needed - size > 64 ? step : 1) {
    const Status status = interpreter.init(file.data(), file.size(), all_ops(), buffer.data(), size);
    ASSERT_EQ(status.code(), Code::kArenaTooSmall) << size << " bytes at offset " << offset;
    const Failure& f = interpreter.failure();
    ASSERT_EQ(f.arena_bytes, size);
    ASSERT_GT(f.needed_bytes, size) << "at offset " << offset;
    ASSERT_LE(f.needed_bytes, needed) << size << " bytes at offset " << offset;
    if (size >= holds_table) {
      ASSERT_EQ(f.needed_bytes, needed) << size << " bytes at offset " << offset;
      ASSERT_GE(f.tensor_index, 0);
    }
    ASSERT_EQ(interpreter.invoke().code(), Code::kNotReady);
  }
  ASSERT_TRUE(buffer.guards_hold(needed));
  ASSERT_TRUE(interpreter.init(file.data(), file.size(), all_ops(), buffer.data(), needed).ok());
  EXPECT_EQ(interpreter.arena_used_bytes(), needed);
  EXPECT_TRUE(interpreter.invoke().ok());
  EXPECT_TRUE(buffer.guards_hold(needed)) << "offset " << offset;
}

TEST(ArenaSweep, DigitsAtEverySize) { sweep(digits_model(), 0, 1); }

TEST(ArenaSweep, DigitsAtEveryAlignment) {
  for (size_t offset = 0; offset < 32; ++offset) ASSERT_NO_FATAL_FAILURE(sweep(digits_model(), offset, 97));
}

/// Scratch (a hybrid convolution) and a variable in one small model.
std::vector<uint8_t> scratch_and_variable() {
  static const int8_t filter[9 * 4] = {1, 2, 3};
  testing::TfliteBuilder b;
  const int32_t x = b.tensor({Type::kFloat32, shape_of(1, 5, 5, 1)}),
                w = b.tensor({Type::kInt8, shape_of(4, 3, 3, 1), 0.1f, 0, filter, sizeof filter});
  const int32_t y = b.tensor({Type::kFloat32, shape_of(1, 5, 5, 4)});
  testing::TensorSpec variable{Type::kFloat32, shape_of(4)};
  variable.is_variable = true;
  const int32_t v = b.tensor(variable), z = b.tensor({Type::kFloat32, shape_of(1, 5, 5, 4)});
  b.op(Builtin::CONV_2D, list(x, w), list(y), Options().i32(1, 1).i32(2, 1));
  b.op(Builtin::ADD, list(y, v), list(z));
  b.inputs = list(x), b.outputs = list(z);
  std::vector<uint8_t> file(8192);
  file.resize(b.write(file.data(), 8192));
  return file;
}

TEST(ArenaSweep, ScratchAndVariablesAtEverySize) { sweep(scratch_and_variable(), 0, 1); }

TEST(ArenaSweep, ScratchLiesInTheArena) {
  ExactBlock file(scratch_and_variable()), arena(4096);
  Interpreter interpreter;
  ASSERT_TRUE(interpreter.init(file.data(), file.size(), all_ops(), arena.data(), arena.size()).ok());
  EXPECT_EQ(interpreter.scratch_bytes(), 32u) << "25 bytes of int8 image, aligned";
}

TEST(SharedArena, TwoModelsRunAlternately) {
  ExactBlock file(digits_model()), buffer(64 * 1024);
  Interpreter alone;
  ASSERT_TRUE(alone.init(file.data(), file.size(), all_ops(), buffer.data(), buffer.size()).ok());
  const size_t one = alone.arena_used_bytes();
  Arena arena(buffer.data(), buffer.size());
  Interpreter a, b;
  ASSERT_TRUE(a.init(file.data(), file.size(), all_ops(), &arena).ok());
  ASSERT_TRUE(b.init(file.data(), file.size(), all_ops(), &arena).ok());
  EXPECT_GT(arena.used(), one);
  EXPECT_LT(arena.used(), 2 * one) << "the activations are shared";
  EXPECT_EQ(b.arena_used_bytes(), arena.used());
  for (size_t i = 0; i < 20; ++i) {
    Interpreter& model = i % 2 == 0 ? a : b;
    std::memcpy(model.input(0).data, digits().image(i), Digits::kImageBytes);
    ASSERT_TRUE(model.invoke().ok());
    ASSERT_EQ(std::memcmp(model.output(0).data, digits().output(i), Digits::kOutputs), 0) << "image " << i;
  }
}

TEST(SharedArena, AModelThatDoesNotFitLeavesTheOtherAlone) {
  ExactBlock file(digits_model()), ample(64 * 1024);
  Interpreter first;
  ASSERT_TRUE(first.init(file.data(), file.size(), all_ops(), ample.data(), ample.size()).ok());
  const size_t one = first.arena_used_bytes();
  Arena whole(ample.data(), ample.size());
  Interpreter a, b;
  ASSERT_TRUE(a.init(file.data(), file.size(), all_ops(), &whole).ok());
  ASSERT_TRUE(b.init(file.data(), file.size(), all_ops(), &whole).ok());
  const size_t both = whole.used();
  for (size_t size = one; size < both; size += 5) {
    GuardedBuffer buffer(size, 0);
    Arena arena(buffer.data(), size);
    ASSERT_TRUE(a.init(file.data(), file.size(), all_ops(), &arena).ok()) << size;
    const size_t used = arena.used();
    ASSERT_EQ(b.init(file.data(), file.size(), all_ops(), &arena).code(), Code::kArenaTooSmall) << size;
    ASSERT_EQ(arena.used(), used) << "a failure takes nothing";
    std::memcpy(a.input(0).data, digits().image(3), Digits::kImageBytes);
    ASSERT_TRUE(a.invoke().ok());
    ASSERT_EQ(std::memcmp(a.output(0).data, digits().output(3), Digits::kOutputs), 0) << size;
    ASSERT_TRUE(buffer.guards_hold(size));
  }
}

}  // namespace
}  // namespace midge
