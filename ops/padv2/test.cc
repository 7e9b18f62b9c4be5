// PADV2: a border of a constant or computed value; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

template <class T>
void check(Report& r, Type type, bool computed) {
  const Shape in = shape_of(2, 3, 2), out = shape_of(3, 3, 6);
  const int32_t widths[] = {1, 0, 0, 0, 1, 3};
  const T value = static_cast<T>(77);
  const float scale = type == Type::kInt8 ? 0.5f : 0.0f;
  OneOp m;
  m.input({type, in, scale});
  m.input({Type::kInt32, shape_of(3, 2), 0, 0, widths, sizeof widths});
  m.input({type, shape_of(), scale, 0, computed ? nullptr : &value, computed ? 0 : uint32_t{sizeof value}});
  m.output({type, out, scale});
  if (!r.expect_ok(m.prepare(ops::padv2), "prepare")) return;
  if (computed) *m.in<T>(2) = value;
  check_moved<T>(r, m, &in, 1, out, value, [&](const int32_t* p, uint32_t*) {
    const int32_t from[] = {p[0] - 1, p[1], p[2] - 1};
    return from[0] < 0 || from[2] < 0 || from[2] > 1 ? int32_t{-1} : index_of(in, from);
  });
}

void check_refused(Report& r, Type type, const Shape& value, float scale, Code code) {
  if (!r.next_case()) return;
  const int32_t widths[] = {1, 2};
  OneOp m;
  m.input({Type::kInt8, shape_of(4), 0.5f});
  m.input({Type::kInt32, shape_of(1, 2), 0, 0, widths, sizeof widths});
  m.input({type, value, scale});
  m.output({Type::kInt8, shape_of(7), 0.5f});
  r.expect(m.prepare(ops::padv2).code() == code, "refused");
}

}  // namespace

void test_padv2(Report& r) {
  for (const bool computed : kConstantOrComputed) {
    if (r.next_case()) check<int8_t>(r, Type::kInt8, computed);
    if (r.next_case()) check<int16_t>(r, Type::kInt16, computed);
    if (r.next_case()) check<float>(r, Type::kFloat32, computed);
    if (r.next_case()) check<int64_t>(r, Type::kInt64, computed);
  }
  check_refused(r, Type::kInt8, shape_of(1), 0.5f, Code::kOk);
  check_refused(r, Type::kInt8, shape_of(2), 0.5f, Code::kShapeMismatch);
  check_refused(r, Type::kInt8, shape_of(), 0.25f, Code::kScaleDiffers);
  check_refused(r, Type::kUint8, shape_of(), 0.5f, Code::kUnsupportedType);
}

}  // namespace testing
}  // namespace midge
