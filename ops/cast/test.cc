// CAST between all types: numbers that both hold come through, others wrap or saturate.
#include "base/float16.h"
#include "ops/testing_unary.h"

namespace midge {
namespace testing {
namespace {

constexpr Type kTypes[] = {Type::kInt8,   Type::kUint8, Type::kInt16, Type::kUint16,  Type::kInt32,
                           Type::kUint32, Type::kInt64, Type::kBool,  Type::kFloat32, Type::kFloat16};

/// Element i of a tensor of any type, by the bytes.
void store(Type t, double x, uint8_t* to, int32_t i) {
  const uint32_t bytes = type_bytes(t);
  uint64_t element = static_cast<uint64_t>(static_cast<int64_t>(x));
  if (t == Type::kBool) element = x != 0;
  if (t == Type::kFloat16) element = half_of_float(static_cast<float>(x));
  const float f = static_cast<float>(x);
  if (t == Type::kFloat32) memcpy(&element, &f, sizeof f);
  memcpy(to + static_cast<uint32_t>(i) * bytes, &element, bytes);  // little-endian, as all targets are
}

/// The numbers 0 to 100, which every type but bool holds.
void check_pair(Report& r, Type from, Type to) {
  constexpr int32_t kCount = 5;
  constexpr double kNumbers[kCount] = {0, 1, 2, 77, 100};
  OneOp m;
  m.input({from, shape_of(kCount)});
  m.output({to, shape_of(kCount)});
  if (!r.expect_ok(m.prepare(ops::cast), "prepare")) return;
  uint8_t expected[8 * kCount];
  for (int32_t i = 0; i < kCount; ++i) {
    store(from, kNumbers[i], m.in<uint8_t>(0), i);
    store(to, from == Type::kBool ? kNumbers[i] != 0 : kNumbers[i], expected, i);
  }
  r.expect_ok(m.invoke(), "invoke");
  r.equal("bytes", expected, m.out<uint8_t>(), kCount * static_cast<int32_t>(type_bytes(to)));
}

template <class To>
void check_f32(Report& r, Type to, const float (&in)[6], const To (&expected)[6]) {
  OneOp m;
  m.input({Type::kFloat32, shape_of(6)});
  m.output({to, shape_of(6)});
  if (!r.expect_ok(m.prepare(ops::cast), "prepare")) return;
  memcpy(m.in<float>(0), in, sizeof in);
  r.expect_ok(m.invoke(), "invoke");
  r.equal("from float32", expected, m.out<To>(), 6);
}

void check_wrapping(Report& r) {
  OneOp m;
  m.input({Type::kInt32, shape_of(4)});
  m.output({Type::kInt8, shape_of(4)});
  if (!r.expect_ok(m.prepare(ops::cast), "prepare")) return;
  constexpr int32_t kIn[] = {300, -129, 128, INT32_MIN};
  constexpr int8_t kExpected[] = {44, 127, -128, 0};
  memcpy(m.in<int32_t>(0), kIn, sizeof kIn);
  r.expect_ok(m.invoke(), "invoke");
  r.equal("wrapped", kExpected, m.out<int8_t>(), 4);
}

}  // namespace

void test_cast(Report& r) {
  for (const Type from : kTypes) {
    for (const Type to : kTypes) {
      if (r.next_case()) check_pair(r, from, to);
    }
  }
  if (r.next_case()) check_wrapping(r);
  constexpr float kIn[] = {-1.9f, 3.99f, 1e10f, -1e10f, __builtin_inff(), __builtin_nanf("")};
  if (r.next_case()) check_f32<int8_t>(r, Type::kInt8, kIn, {-1, 3, 127, -128, 127, 127});
  if (r.next_case()) check_f32<uint8_t>(r, Type::kUint8, kIn, {0, 3, 255, 0, 255, 255});
  if (r.next_case()) check_f32<int32_t>(r, Type::kInt32, kIn, {-1, 3, INT32_MAX, INT32_MIN, INT32_MAX, INT32_MAX});
  if (r.next_case()) check_f32<int64_t>(r, Type::kInt64, kIn, {-1, 3, INT64_C(10000000000), INT64_C(-10000000000), INT64_MAX, INT64_MAX});
  if (r.next_case()) check_f32<uint8_t>(r, Type::kBool, {0, -0.0f, 0.1f, -5, __builtin_inff(), __builtin_nanf("")}, {0, 0, 1, 1, 1, 1});
  if (!r.next_case()) return;
  check_refused(r, ops::cast, {Type::kString, shape_of(4)}, {Type::kInt8, shape_of(4)}, Code::kUnsupportedType, "strings");
  check_refused(r, ops::cast, {Type::kInt8, shape_of(4)}, {Type::kFloat64, shape_of(4)}, Code::kUnsupportedType, "float64");
  check_refused(r, ops::cast, {Type::kInt8, shape_of(4)}, {Type::kInt32, shape_of(5)}, Code::kShapeMismatch, "another shape");
}

}  // namespace testing
}  // namespace midge
