// MUL against arithmetic in double (quantised types, within a step) and exactly (float32, integers), with broadcasting.
#include "ops/testing_pairs.h"

namespace midge {
namespace testing {
namespace {

/// int16 numbers with 15 fraction bits, an output with 7.
template <class T>
void check_fixed(Report& r, int32_t zero_point) {
  constexpr int32_t kCount = 64;
  if (!r.next_case()) return;
  Random random = r.random();
  OneOp m;
  m.input({Type::kInt16, shape_of(kCount), 1.0f / 32768});
  m.input({Type::kInt16, shape_of(kCount), 1.0f / 32768});
  m.output({Element<T>::kType, shape_of(kCount), 1.0f / 128, zero_point});
  if (!r.expect_ok(m.prepare(ops::mul), "prepare")) return;
  random.fill(m.in<int16_t>(0), kCount);
  random.fill(m.in<int16_t>(1), kCount);
  T expected[kCount];
  for (int32_t i = 0; i < kCount; ++i) {
    const double product = static_cast<double>(m.in<int16_t>(0)[i]) * m.in<int16_t>(1)[i] / (1 << 23);
    const int32_t nearest = static_cast<int32_t>(product + (product < 0 ? -0.5 : 0.5)) + zero_point;
    expected[i] = static_cast<T>(clamp(nearest, lowest_of<T>(), largest_of<T>()));
  }
  r.expect_ok(m.invoke(), "invoke");
  r.within<T>("fixed-point", expected, m.out<T>(), kCount, 1);
}

}  // namespace

void test_mul(Report& r) {
  const auto f = [](auto a, auto b) { return a * b; };
  check_binary(r, ops::mul, true, f);
  check_quantized_pairs<uint8_t>(r, ops::mul, {0.05f, 128}, {0.02f, 3}, {0.02f, 100}, 1, f);
  check_quantized_pairs<int16_t>(r, ops::mul, {2e-4f, 0}, {1e-4f, 0}, {2e-4f, 0}, 1, f);
  check_pairs<int64_t, int64_t>(r, ops::mul, {-100, 100, INT64_C(1) << 20}, {-100, 100, INT64_C(1) << 20}, f);
  check_pairs<int16_t, int16_t>(r, ops::mul, {-32768, 32767}, {-32768, 32767}, f);  // without scales: wraps around
  check_pairs<uint32_t, uint32_t>(r, ops::mul, {INT32_MIN, INT32_MAX}, {INT32_MIN, INT32_MAX}, f);
  check_fixed<int8_t>(r, 5);
  check_fixed<uint8_t>(r, 130);
  check_pairs_refused(r, ops::mul, Type::kInt8, Type::kInt8);
  const Shape s = shape_of(3);
  check_refused(r, ops::mul, {Type::kInt16, s, 0.5f}, {Type::kInt16, s, 0.5f}, {Type::kInt16, s, 0.5f, 1}, Code::kQuantization);
  check_refused(r, ops::mul, {Type::kInt8, s, 0.5f}, {Type::kInt8, s}, {Type::kInt8, s, 0.5f}, Code::kNoScale);
  check_refused(r, ops::mul, {Type::kInt8, s, 0.5f}, {Type::kInt8, s, 0.5f}, {Type::kInt8, s, 0.5f}, Code::kUnsupportedActivation,
                Options().u8(0, static_cast<int32_t>(Activation::kTanh)));
}

}  // namespace testing
}  // namespace midge
