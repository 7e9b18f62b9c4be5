// SPLIT_V: pieces of different lengths along each axis, the rest as -1; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

constexpr uint32_t kMost = 4;

OneOp& build(OneOp& m, Type type, const Shape& in, const int32_t* lengths, const int32_t* actual, int32_t count, const int32_t* axis, int32_t along) {
  m.input({type, in});
  m.input({Type::kInt32, shape_of(count), 0, 0, lengths, static_cast<uint32_t>(4 * count)});
  m.input({Type::kInt32, shape_of(), 0, 0, axis, 4});
  for (int32_t k = 0; k < count; ++k) {
    Shape out = in;
    out.dims[along] = actual[k];
    m.output({type, out});
  }
  return m;
}

template <class T>
void check(Report& r, Type type, int32_t count, int32_t axis, int32_t open) {
  const int32_t along = axis < 0 ? axis + 3 : axis;
  Shape in = shape_of(2, 3, 4);
  int32_t actual[kMost], lengths[kMost];
  in.dims[along] = 0;
  for (int32_t k = 0; k < count; ++k) in.dims[along] += actual[k] = lengths[k] = (k * 2 + 1) % 4 + 1;
  if (open < count) lengths[open] = -1;
  OneOp m;
  if (!r.expect_ok(build(m, type, in, lengths, actual, count, &axis, along).prepare(ops::split_v, Options().i32(0, count)), "prepare"))
    return;
  fill_numbered<T>(m, 0, in.count());
  if (!r.expect_ok(m.invoke(), "invoke")) return;
  for (int32_t k = 0, before = 0; k < count; before += actual[k++]) {
    Shape out = in;
    out.dims[along] = actual[k];
    check_output<T>(r, m, static_cast<uint32_t>(k), out, 0, [&](const int32_t* p, uint32_t*) {
      int32_t from[3] = {p[0], p[1], p[2]};
      from[along] += before;
      return index_of(in, from);
    });
  }
}

void check_refused(Report& r, int32_t a, int32_t b, int32_t c, int32_t axis, Code code) {
  if (!r.next_case()) return;
  const int32_t lengths[] = {a, b, c}, actual[] = {1, 2, 3};
  OneOp m;
  r.expect(build(m, Type::kInt8, shape_of(6, 6), lengths, actual, 3, &axis, 1).prepare(ops::split_v, Options().i32(0, 3)).code() == code,
           "refused");
}

}  // namespace

void test_split_v(Report& r) {
  for (int32_t count = 1; count <= 4; ++count) {
    for (int32_t axis = -3; axis < 3; ++axis) {
      if (r.next_case()) check<int8_t>(r, Type::kInt8, count, axis, axis + 3);
      if (r.next_case()) check<int16_t>(r, Type::kInt16, count, axis, (axis + 4) % 6);
      if (r.next_case()) check<int32_t>(r, Type::kInt32, count, axis, (axis + 5) % 6);
      if (r.next_case()) check<int64_t>(r, Type::kInt64, count, axis, 9);
    }
  }
  check_refused(r, 1, 2, 3, 1, Code::kOk);
  check_refused(r, 1, 2, 3, 2, Code::kBadValue);   // no such axis
  check_refused(r, 1, 2, 4, 1, Code::kBadValue);   // too long
  check_refused(r, 1, 2, 2, 1, Code::kBadValue);   // something is left
  check_refused(r, 1, -1, -1, 1, Code::kBadValue);
  check_refused(r, 1, 2, -2, 1, Code::kBadValue);
  check_refused(r, 0, 3, 3, 1, Code::kBadShape);   // an empty piece
}

}  // namespace testing
}  // namespace midge
