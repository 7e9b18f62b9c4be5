// Comparisons of two inputs: plain numbers, and quantised ones with scales that are powers of two, so that real numbers decide exactly.
#pragma once
#include "ops/testing_pairs.h"

namespace midge {
namespace testing {

/// `scaled`: the relation compares int16 by its scales, as it does 8-bit inputs.
template <class T, class F>
void check_scaled_comparison(Report& r, const OpRegistration& op, Quant a, Quant b, bool scaled, F f) {
  if (!r.next_case()) return;
  constexpr int32_t kCount = 256;
  Random random = r.random();
  OneOp m;
  m.input({Element<T>::kType, shape_of(kCount), a.scale, a.zero_point});
  m.input({Element<T>::kType, shape_of(kCount), b.scale, b.zero_point});
  m.output({Type::kBool, shape_of(kCount)});
  if (!r.expect_ok(m.prepare(op), "prepare")) return;
  uint8_t expected[kCount];
  for (int32_t i = 0; i < kCount; ++i) {
    const T x = static_cast<T>(random.between(20, 60)), y = static_cast<T>(random.between(20, 60));
    m.in<T>(0)[i] = x, m.in<T>(1)[i] = y;
    expected[i] = scaled ? f(static_cast<float>(x - a.zero_point) * a.scale, static_cast<float>(y - b.zero_point) * b.scale) : f(x, y);
  }
  if (r.expect_ok(m.invoke(), "invoke")) r.equal("scaled", expected, m.out<uint8_t>(), kCount);
}

/// Everything that comparisons share; `equality`: int16 goes by its scales.
template <class F>
void check_comparison(Report& r, const OpRegistration& op, bool equality, F f) {
  constexpr Range kFew = {-3, 3};
  check_pairs<int16_t, bool>(r, op, kFew, kFew, f);
  check_pairs<int32_t, bool>(r, op, kFew, kFew, f);
  check_pairs<int64_t, bool>(r, op, {-3, 3, INT64_C(1) << 40}, {-3, 3, INT64_C(1) << 40}, f);
  check_pairs<float, bool>(r, op, kFew, kFew, f);
  constexpr Quant kA[] = {{0.5f, 40}, {0.25f, 38}, {2.0f, 40}, {1024.0f, 30}}, kB[] = {{0.5f, 40}, {0.5f, 41}, {1.0f, 35}, {512.0f, 40}};
  for (uint32_t i = 0; i < 4; ++i) {
    check_scaled_comparison<int8_t>(r, op, kA[i], kB[i], true, f);
    check_scaled_comparison<uint8_t>(r, op, kA[i], kB[i], true, f);
  }
  check_scaled_comparison<int16_t>(r, op, {0.5f, 0}, {0.25f, 0}, equality, f);
  check_pairs_refused(r, op, Type::kInt8, Type::kBool);
  const Shape s = shape_of(3);
  check_refused(r, op, {Type::kInt8, s}, {Type::kInt8, s, 0.5f}, {Type::kBool, s}, Code::kNoScale);
  check_refused(r, op, {Type::kInt32, s}, {Type::kInt32, s}, {Type::kInt32, s}, Code::kUnsupportedType);
}

}  // namespace testing
}  // namespace midge
