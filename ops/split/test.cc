// SPLIT: one to four pieces along each axis, negative ones too; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

template <class T>
void check(Report& r, Type type, int32_t count, int32_t axis) {
  const int32_t along = axis < 0 ? axis + 3 : axis;
  Shape in = shape_of(2, 3, 4), out = in;
  in.dims[along] *= count;
  OneOp m;
  m.input({Type::kInt32, shape_of(1), 0, 0, &axis, 4});
  m.input({type, in});
  for (int32_t k = 0; k < count; ++k) m.output({type, out});
  if (!r.expect_ok(m.prepare(ops::split, Options().i32(0, count)), "prepare")) return;
  fill_numbered<T>(m, 1, in.count());
  if (!r.expect_ok(m.invoke(), "invoke")) return;
  for (int32_t k = 0; k < count; ++k) {
    check_output<T>(r, m, static_cast<uint32_t>(k), out, 0, [&](const int32_t* p, uint32_t* slot) {
      int32_t from[3] = {p[0], p[1], p[2]};
      from[along] += k * out[along];
      *slot = 1;
      return index_of(in, from);
    });
  }
}

void check_refused(Report& r, int32_t axis, int32_t count, uint32_t outputs, const Shape& out, Code code) {
  if (!r.next_case()) return;
  OneOp m;
  m.input({Type::kInt32, shape_of(), 0, 0, &axis, 4});
  m.input({Type::kInt16, shape_of(4, 6)});
  for (uint32_t k = 0; k < outputs; ++k) m.output({Type::kInt16, out});
  r.expect(m.prepare(ops::split, Options().i32(0, count)).code() == code, "refused");
}

}  // namespace

void test_split(Report& r) {
  for (int32_t count = 1; count <= 4; ++count) {
    for (int32_t axis = -3; axis < 3; ++axis) {
      if (r.next_case()) check<uint8_t>(r, Type::kUint8, count, axis);
      if (r.next_case()) check<int16_t>(r, Type::kInt16, count, axis);
      if (r.next_case()) check<float>(r, Type::kFloat32, count, axis);
      if (r.next_case()) check<int64_t>(r, Type::kInt64, count, axis);
    }
  }
  check_refused(r, 2, 2, 2, shape_of(4, 3), Code::kBadValue);       // no such axis
  check_refused(r, 1, 4, 4, shape_of(4, 1), Code::kShapeMismatch);  // 6 is no multiple of 4
  check_refused(r, 1, 3, 2, shape_of(4, 3), Code::kTensorCount);    // the options say 3
  check_refused(r, 1, 2, 2, shape_of(4, 2), Code::kShapeMismatch);  // the outputs are longer
}

}  // namespace testing
}  // namespace midge
