// REDUCE_ALL, exactly; half of the elements true, then most of them.
#include "ops/testing_reduce.h"

namespace midge {
namespace testing {

void test_reduce_all(Report& r) {
  check_folds<bool>(r, ops::reduce_all, {Type::kBool, 0, 1}, true, [](bool a, bool b) { return a && b; });
  check_folds<bool>(r, ops::reduce_all, {Type::kBool, 0, 20}, true, [](bool a, bool b) { return a && b; });
  check_reduce_refusals(r, ops::reduce_all, Type::kBool);
}

}  // namespace testing
}  // namespace midge
