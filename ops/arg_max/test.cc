// ARG_MAX, exactly.
#include "ops/testing_arg.h"

namespace midge {
namespace testing {

void test_arg_max(Report& r) {
  check_args(r, ops::arg_max, [](auto x, auto best) { return x > best; });
}

}  // namespace testing
}  // namespace midge
