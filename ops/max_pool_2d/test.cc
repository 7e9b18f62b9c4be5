// MAX_POOL_2D against the plain formula.
#include "ops/testing_pool.h"

namespace midge {
namespace testing {

void test_max_pool_2d(Report& r) {
  const auto same = [](auto most, int32_t) { return most; };
  check_pools(r, ops::max_pool_2d, -1e30, [](auto a, auto b) { return max(a, b); }, same, same);
  check_pool_refusals(r, ops::max_pool_2d, Type::kInt16);
}

}  // namespace testing
}  // namespace midge
