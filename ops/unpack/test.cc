// UNPACK: each axis of a tensor, negative ones too; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

template <class T>
void check(Report& r, Type type, int32_t axis) {
  const Shape in = shape_of(2, 4, 3);
  const int32_t along = axis < 0 ? axis + 3 : axis;
  Shape out;
  for (int32_t d = 0; d < 3; ++d) {
    if (d != along) out.dims[out.rank++] = in[d];
  }
  OneOp m;
  m.input({type, in});
  for (int32_t k = 0; k < in[along]; ++k) m.output({type, out});
  if (!r.expect_ok(m.prepare(ops::unpack, Options().i32(0, in[along]).i32(1, axis)), "prepare")) return;
  fill_numbered<T>(m, 0, in.count());
  if (!r.expect_ok(m.invoke(), "invoke")) return;
  for (int32_t k = 0; k < in[along]; ++k) {
    check_output<T>(r, m, static_cast<uint32_t>(k), out, 0, [&](const int32_t* p, uint32_t*) {
      int32_t from[3];
      for (int32_t d = 0; d < 3; ++d) from[d] = d == along ? k : *p++;
      return index_of(in, from);
    });
  }
}

void check_refused(Report& r, int32_t axis, int32_t count, uint32_t outputs, Code code) {
  if (!r.next_case()) return;
  OneOp m;
  m.input({Type::kFloat32, shape_of(3, 2)});
  for (uint32_t k = 0; k < outputs; ++k) m.output({Type::kFloat32, shape_of(3)});
  r.expect(m.prepare(ops::unpack, Options().i32(0, count).i32(1, axis)).code() == code, "refused");
}

}  // namespace

void test_unpack(Report& r) {
  for (int32_t axis = -3; axis < 3; ++axis) {
    if (r.next_case()) check<int8_t>(r, Type::kInt8, axis);
    if (r.next_case()) check<uint8_t>(r, Type::kBool, axis);
    if (r.next_case()) check<int16_t>(r, Type::kInt16, axis);
    if (r.next_case()) check<float>(r, Type::kFloat32, axis);
    if (r.next_case()) check<int64_t>(r, Type::kInt64, axis);
  }
  check_refused(r, 1, 2, 2, Code::kOk);
  check_refused(r, 2, 2, 2, Code::kBadValue);
  check_refused(r, -3, 2, 2, Code::kBadValue);
  check_refused(r, 1, 3, 2, Code::kTensorCount);
  check_refused(r, 0, 2, 2, Code::kShapeMismatch);
}

}  // namespace testing
}  // namespace midge
