// AVERAGE_POOL_2D against the plain formula: integers round to nearest, ties away from zero.
#include "ops/testing_pool.h"

namespace midge {
namespace testing {

void test_average_pool_2d(Report& r) {
  const auto rounded = [](int32_t sum, int32_t n) { return (2 * (sum < 0 ? -sum : sum) + n) / (2 * n) * (sum < 0 ? -1 : 1); };
  check_pools(
      r, ops::average_pool_2d, 0, [](auto a, auto b) { return a + b; }, rounded,
      [](float sum, int32_t n) { return sum / static_cast<float>(n); });
  check_pool_refusals(r, ops::average_pool_2d, Type::kInt16);
}

}  // namespace testing
}  // namespace midge
