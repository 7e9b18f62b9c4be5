// BROADCAST_TO: the four element sizes, dimensions that are added in front and such that are stretched; computed shapes.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

void check(Report& r, const Shape& in, const Shape& out) {
  Constants constants;
  constants.count = 1;
  constants.shapes[0] = shape_of(out.rank);
  constants.values[0] = out.dims;
  check_movement_types(r, ops::broadcast_to, in, constants, out, Options(), [&](const int32_t* p) {
    int32_t from[kMaxRank] = {};
    for (int32_t d = 0; d < in.rank; ++d) from[d] = in[d] == 1 ? 0 : p[out.rank - in.rank + d];
    return index_of(in, from);
  });
}

void check_computed(Report& r) {
  OneOp m;
  m.input({Type::kInt8, shape_of(2, 1), 0.5f});
  m.input({Type::kInt32, shape_of(2)});
  m.output({Type::kInt8, shape_of(2, 3), 0.5f});
  if (!r.expect_ok(m.prepare(ops::broadcast_to), "prepare")) return;
  int32_t* dims = m.in<int32_t>(1);
  dims[0] = 2, dims[1] = 3;
  m.in<int8_t>(0)[0] = 5, m.in<int8_t>(0)[1] = 7;
  const int8_t expected[] = {5, 5, 5, 7, 7, 7};
  if (r.expect_ok(m.invoke(), "invoke")) r.equal("computed shape", expected, m.out<int8_t>(), 6);
  dims[1] = 4;
  r.expect(m.invoke().code() == Code::kBadData, "another shape than the file's");
}

Code refusal(const Shape& in, const Shape& out) {
  OneOp m;
  m.input({Type::kInt8, in});
  m.input({Type::kInt32, shape_of(out.rank), 0, 0, out.dims, static_cast<uint32_t>(4 * out.rank)});
  m.output({Type::kInt8, out});
  return m.prepare(ops::broadcast_to).code();
}

void check_refusals(Report& r) {
  r.expect(refusal(shape_of(3, 1), shape_of(3, 2)) == Code::kOk, "the control");
  r.expect(refusal(shape_of(3, 2), shape_of(3, 4)) == Code::kShapeMismatch, "a dimension that is neither 1 nor equal");
  r.expect(refusal(shape_of(3, 2), shape_of(3, 1)) == Code::kShapeMismatch, "a dimension that shrinks");
  r.expect(refusal(shape_of(1, 3), shape_of(3)) == Code::kShapeMismatch, "a rank that shrinks");
  r.expect(refusal(shape_of(1), shape_of(65536, 65536)) == Code::kTooLarge, "more than 31 bits can count");
}

}  // namespace

void test_broadcast_to(Report& r) {
  check(r, Shape(), shape_of(2, 3));
  check(r, shape_of(5), shape_of(5));
  check(r, shape_of(1), shape_of(2, 3, 4));
  check(r, shape_of(3, 1), shape_of(3, 5));
  check(r, shape_of(3, 1), shape_of(2, 3, 5));
  check(r, shape_of(2, 1, 3, 1), shape_of(2, 4, 3, 2));
  check(r, shape_of(1, 2, 1, 2, 1, 3), shape_of(2, 2, 2, 2, 2, 3));
  if (r.next_case()) check_computed(r);
  if (r.next_case()) check_refusals(r);
}

}  // namespace testing
}  // namespace midge
