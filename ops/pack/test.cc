// PACK: one to four inputs stacked along each new axis, negative ones too; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

template <class T>
void check(Report& r, Type type, uint32_t inputs, int32_t axis) {
  const int32_t along = axis < 0 ? axis + 3 : axis;
  const float scale = type == Type::kInt8 ? 0.5f : 0.0f;
  Shape in[4], out;
  OneOp m;
  for (uint32_t i = 0; i < inputs; ++i) {
    in[i] = shape_of(3, 5);
    m.input({type, in[i], scale});
  }
  for (int32_t d = 0, from = 0; d < 3; ++d) out.dims[out.rank++] = d == along ? static_cast<int32_t>(inputs) : in[0][from++];
  m.output({type, out, scale});
  if (!r.expect_ok(m.prepare(ops::pack, Options().i32(0, static_cast<int32_t>(inputs)).i32(1, axis)), "prepare")) return;
  check_moved<T>(r, m, in, inputs, out, 0, [&](const int32_t* p, uint32_t* slot) {
    *slot = static_cast<uint32_t>(p[along]);
    return p[along == 0 ? 1 : 0] * 5 + p[along == 2 ? 1 : 2];
  });
}

void check_refused(Report& r, const Shape& second, int32_t count, int32_t axis, Code code) {
  if (!r.next_case()) return;
  OneOp m;
  m.input({Type::kFloat32, shape_of(3)});
  m.input({Type::kFloat32, second});
  m.output({Type::kFloat32, shape_of(2, 3)});
  r.expect(m.prepare(ops::pack, Options().i32(0, count).i32(1, axis)).code() == code, "refused");
}

}  // namespace

void test_pack(Report& r) {
  for (uint32_t inputs = 1; inputs <= 4; ++inputs) {
    for (int32_t axis = -3; axis < 3; ++axis) {
      if (r.next_case()) check<int8_t>(r, Type::kInt8, inputs, axis);
      if (r.next_case()) check<float>(r, Type::kFloat32, inputs, axis);
      if (r.next_case()) check<int16_t>(r, Type::kInt16, inputs, axis);
      if (r.next_case()) check<int64_t>(r, Type::kInt64, inputs, axis);
    }
  }
  check_refused(r, shape_of(3), 2, 0, Code::kOk);
  check_refused(r, shape_of(3), 2, 2, Code::kBadValue);
  check_refused(r, shape_of(3), 3, 0, Code::kTensorCount);
  check_refused(r, shape_of(1, 3), 2, 0, Code::kShapeMismatch);
}

}  // namespace testing
}  // namespace midge
