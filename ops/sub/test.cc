// SUB against arithmetic in double (quantised types, within a step) and exactly (float32, integers), with broadcasting.
#include "ops/testing_pairs.h"

namespace midge {
namespace testing {
namespace {

/// int16 scales of powers of two: input `shifted` is divided by 4, rounded to nearest with ties away from zero, and the sum saturated.
void check_power_of_two(Report& r, uint32_t shifted, bool option) {
  constexpr int32_t kCount = 64;
  if (!r.next_case()) return;
  Random random = r.random();
  OneOp m;
  m.input({Type::kInt16, shape_of(kCount), shifted == 0 ? 0.25f : 1.0f});
  m.input({Type::kInt16, shape_of(kCount), shifted == 1 ? 0.25f : 1.0f});
  m.output({Type::kInt16, shape_of(kCount), 1.0f});
  if (!r.expect_ok(m.prepare(ops::sub, Options().u8(0, 0).u8(1, option ? 1 : 0)), "prepare")) return;
  random.fill(m.in<int16_t>(0), kCount);
  random.fill(m.in<int16_t>(1), kCount);
  int16_t expected[kCount];
  for (int32_t i = 0; i < kCount; ++i) {
    int32_t v[] = {m.in<int16_t>(0)[i], m.in<int16_t>(1)[i]};
    v[shifted] = (v[shifted] + (v[shifted] < 0 ? -2 : 2)) / 4;
    expected[i] = static_cast<int16_t>(clamp<int32_t>(v[0] - v[1], -32768, 32767));
  }
  r.expect_ok(m.invoke(), "invoke");
  r.within<int16_t>("powers of two", expected, m.out<int16_t>(), kCount, option ? 0 : 1);
}

}  // namespace

void test_sub(Report& r) {
  const auto f = [](auto a, auto b) { return a - b; };
  check_binary(r, ops::sub, false, f);
  check_quantized_pairs<uint8_t>(r, ops::sub, {0.05f, 128}, {0.02f, 3}, {0.09f, 100}, 1, f);
  check_quantized_pairs<int16_t>(r, ops::sub, {2e-4f, 0}, {1e-4f, 0}, {4e-4f, 0}, 1, f);
  check_pairs<int64_t, int64_t>(r, ops::sub, {-100, 100, INT64_C(1) << 20}, {-100, 100, INT64_C(1) << 20}, f);
  for (uint32_t shifted = 0; shifted < 2; ++shifted) {
    check_power_of_two(r, shifted, true);
    check_power_of_two(r, shifted, false);
  }
  check_pairs_refused(r, ops::sub, Type::kInt8, Type::kInt8);
  const Shape s = shape_of(3);
  check_refused(r, ops::sub, {Type::kInt16, s, 0.5f}, {Type::kInt16, s, 0.5f}, {Type::kInt16, s, 0.5f, 1}, Code::kQuantization);
  check_refused(r, ops::sub, {Type::kInt8, s, 0.5f}, {Type::kInt8, s}, {Type::kInt8, s, 0.5f}, Code::kNoScale);
  check_refused(r, ops::sub, {Type::kInt8, s, 0.5f}, {Type::kInt8, s, 0.5f}, {Type::kInt8, s, 0.5f}, Code::kUnsupportedActivation,
                Options().u8(0, static_cast<int32_t>(Activation::kTanh)));
  check_refused(r, ops::sub, {Type::kInt16, s, 0.5f}, {Type::kInt16, s, 0.5f}, {Type::kInt16, s, 0.25f}, Code::kScaleRange, Options().u8(1, 1));
}

}  // namespace testing
}  // namespace midge
