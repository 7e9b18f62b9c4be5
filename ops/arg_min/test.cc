// ARG_MIN, exactly.
#include "ops/testing_arg.h"

namespace midge {
namespace testing {

void test_arg_min(Report& r) {
  check_args(r, ops::arg_min, [](auto x, auto best) { return x < best; });
}

}  // namespace testing
}  // namespace midge
