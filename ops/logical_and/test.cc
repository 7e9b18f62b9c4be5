// LOGICAL_AND exactly, with broadcasting; any byte but 0 is true.
#include "ops/testing_pairs.h"

namespace midge {
namespace testing {

void test_logical_and(Report& r) {
  check_pairs<bool, bool>(r, ops::logical_and, {0, 1}, {0, 1}, [](bool a, bool b) { return a && b; });
  check_pairs<bool, bool>(r, ops::logical_and, {0, 2}, {0, 2}, [](bool a, bool b) { return a && b; });
  check_pairs_refused(r, ops::logical_and, Type::kBool, Type::kBool);
}

}  // namespace testing
}  // namespace midge
