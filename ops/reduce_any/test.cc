// REDUCE_ANY, exactly.
#include "ops/testing_reduce.h"

namespace midge {
namespace testing {

void test_reduce_any(Report& r) {
  check_folds<bool>(r, ops::reduce_any, {Type::kBool, 0, 1}, false, [](bool a, bool b) { return a || b; });
  check_reduce_refusals(r, ops::reduce_any, Type::kBool);
}

}  // namespace testing
}  // namespace midge
