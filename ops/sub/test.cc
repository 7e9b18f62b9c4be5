// SUB against arithmetic in double (int8, within a step) and exactly (float32, int32), with broadcasting.
#include "ops/testing_elementwise.h"

namespace midge {
namespace testing {

void test_sub(Report& r) {
  check_binary(r, ops::sub, false, [](auto a, auto b) { return a - b; });
}

}  // namespace testing
}  // namespace midge
