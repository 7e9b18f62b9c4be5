// L2_POOL_2D against the plain formula: the root is the nearest float.
#include "ops/testing_pool.h"

namespace midge {
namespace testing {

void test_l2_pool_2d(Report& r) {
  check_pools_f32(
      r, ops::l2_pool_2d, 0, [](float sum, float x) { return sum + x * x; },
      [](float sum, int32_t n) {
        const double square = static_cast<double>(sum / static_cast<float>(n));
        double root = square + 1;
        for (int i = 0; i < 40; ++i) root = (root + square / root) / 2;  // Newton
        return static_cast<float>(root);
      });
  check_pool_refusals(r, ops::l2_pool_2d, Type::kFloat32);
}

}  // namespace testing
}  // namespace midge
