// GREATER_EQUAL of integers and floats exactly, and of quantised numbers whose scales are powers of two.
#include "ops/testing_compare.h"

namespace midge {
namespace testing {

void test_greater_equal(Report& r) {
  check_comparison(r, ops::greater_equal, false, [](auto a, auto b) { return a >= b; });
}

}  // namespace testing
}  // namespace midge
