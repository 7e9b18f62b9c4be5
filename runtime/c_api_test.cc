// The C API, called from C, gives what the C++ API gives.
#include <gtest/gtest.h>

#include <cstring>

#include "midge/interpreter.h"
#include "midge/midge.h"
#include "midge/ops.h"
#include "tests/c_digits.h"
#include "tests/digits.h"

namespace midge {
namespace {

using testing::Digits;
using testing::digits;
using testing::digits_model;
using testing::ExactBlock;

TEST(CApi, RunsDigits) {
  ExactBlock file(digits_model());
  std::vector<int8_t> outputs(digits().outputs.size());
  size_t used = 0;
  ASSERT_EQ(c_digits_run(file.data(), file.size(), digits().images.data(), outputs.data(), digits().count(), &used), 0u);
  EXPECT_EQ(outputs, digits().outputs);
  Interpreter interpreter;
  ExactBlock arena(32 * 1024);
  ASSERT_TRUE(interpreter.init(file.data(), file.size(), all_ops(), arena.data(), arena.size()).ok());
  EXPECT_EQ(used, interpreter.arena_used_bytes());
}

TEST(CApi, FailuresCarryTheNumbers) {
  ExactBlock file(digits_model());
  size_t used = 0;
  ASSERT_EQ(c_digits_run(file.data(), file.size(), nullptr, nullptr, 0, &used), 0u);
  uint32_t needed = 0;
  const uint32_t status = c_digits_small_arena(file.data(), file.size(), used - 8, &needed);
  EXPECT_EQ(Status::from_bits(status).code(), Code::kArenaTooSmall);
  EXPECT_EQ(needed, used);
  EXPECT_EQ(c_digits_small_arena(file.data(), file.size(), needed, &needed), 0u);
}

TEST(CApi, OperatorsAreTheSameRegistrations) {
#define MIDGE_OP(name, builtin, version)                                                        \
  EXPECT_EQ(static_cast<const void*>(midge_op_##name()), static_cast<const void*>(&ops::name)); \
  EXPECT_EQ(static_cast<const void*>(midge_op_##name##_s8()), static_cast<const void*>(&ops::name##_s8));
#include "ops/ops.def"
}

TEST(CApi, MessagesAreNeverNull) {
  for (uint32_t code = 0; code < 256; ++code) EXPECT_NE(midge_status_message(code), nullptr);
  EXPECT_STREQ(midge_status_message(Status(Code::kArenaTooSmall, Place::kTensor, 9).bits()), status_message(Code::kArenaTooSmall));
}

}  // namespace
}  // namespace midge
