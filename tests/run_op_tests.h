// Runs the operators' tests (ops/*/test.cc), the same on the host and on a target. The list is made from the folders that have a
// test.cc: <build>/generated/<list>/op_tests.def, MIDGE_OP_TEST(name).
#pragma once
#include "ops/testing.h"

namespace midge {
namespace testing {

#define MIDGE_OP_TEST(name) void test_##name(Report& r);
#include "op_tests.def"
#undef MIDGE_OP_TEST

struct OpTest {
  const char* name;
  void (*run)(Report&);
};
constexpr OpTest kOpTests[] = {
#define MIDGE_OP_TEST(name) {#name, test_##name},
#include "op_tests.def"
#undef MIDGE_OP_TEST
};

}  // namespace testing
}  // namespace midge
