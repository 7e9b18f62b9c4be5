// REDUCE_PROD: quantised types within two steps for each factor of the product in double, the others exactly, wrapping.
#include "ops/testing_reduce.h"

namespace midge {
namespace testing {
namespace {

/// Factors of one step above or below 1, so that products neither vanish nor leave the output.
template <class T>
void check_quantized(Report& r, Type type, float scale, int32_t zero_point, Quant out, T tolerance) {
  const int32_t one = zero_point + static_cast<int32_t>(1 / scale);
  check_reductions<T>(
      r, ops::reduce_prod, {type, one - 1, one + 1, {scale, zero_point}, out}, 1.0,
      [=](double product, T x) { return product * static_cast<double>(x - zero_point) * static_cast<double>(scale); },
      [=](double product, int32_t) {
        const double q = product / static_cast<double>(out.scale) + out.zero_point;
        return static_cast<T>(q + (q < 0 ? -0.5 : 0.5));
      },
      tolerance);
}

template <class T>
void check_plain(Report& r, Type type, int32_t low, int32_t high) {
  check_folds<T>(r, ops::reduce_prod, {type, low, high}, 1,
                 [](T product, T x) { return static_cast<T>(static_cast<uint64_t>(product) * static_cast<uint64_t>(x)); });
}

}  // namespace

void test_reduce_prod(Report& r) {
  check_quantized<int8_t>(r, Type::kInt8, 1.0f / 64, -10, {0.05f, 3}, 6);
  check_quantized<int16_t>(r, Type::kInt16, 1.0f / 8192, 0, {1.0f / 4096, 0}, 40);
  check_plain<int8_t>(r, Type::kInt8, -128, 127);
  check_plain<int16_t>(r, Type::kInt16, -32768, 32767);
  check_plain<uint8_t>(r, Type::kUint8, 0, 255);
  check_plain<int32_t>(r, Type::kInt32, INT32_MIN, INT32_MAX);
  check_plain<int64_t>(r, Type::kInt64, INT32_MIN, INT32_MAX);
  check_folds<float>(r, ops::reduce_prod, {Type::kFloat32, -2, 2}, 1, [](float product, float x) { return product * x; });
  check_folds<bool>(r, ops::reduce_prod, {Type::kBool, 0, 9}, true, [](bool all, bool x) { return all && x; });
  check_reduce_refusals(r, ops::reduce_prod, Type::kFloat32);
}

}  // namespace testing
}  // namespace midge
