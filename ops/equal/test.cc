// EQUAL of integers and floats exactly, and of quantised numbers whose scales are powers of two.
#include "ops/testing_compare.h"

namespace midge {
namespace testing {

void test_equal(Report& r) {
  check_comparison(r, ops::equal, true, [](auto a, auto b) { return a == b; });
  check_pairs<bool, bool>(r, ops::equal, {0, 1}, {0, 1}, [](bool a, bool b) { return a == b; });
}

}  // namespace testing
}  // namespace midge
