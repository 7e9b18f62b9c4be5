// TILE: the four element sizes, ranks 1 to 6, with dimensions that are repeated and some that are not; computed multiples.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

void check(Report& r, const Shape& in, const Shape& multiples) {
  Constants constants;
  constants.count = 1;
  constants.shapes[0] = shape_of(in.rank);
  constants.values[0] = multiples.dims;
  Shape out = in;
  for (int32_t d = 0; d < in.rank; ++d) out.dims[d] *= multiples[d];
  check_movement_types(r, ops::tile, in, constants, out, Options(), [&](const int32_t* p) {
    int32_t from[kMaxRank] = {};
    for (int32_t d = 0; d < in.rank; ++d) from[d] = p[d] % in[d];
    return index_of(in, from);
  });
}

void check_computed(Report& r) {
  OneOp m;
  m.input({Type::kInt16, shape_of(2, 3)});
  m.input({Type::kInt32, shape_of(2)});
  m.output({Type::kInt16, shape_of(4, 3)});
  if (!r.expect_ok(m.prepare(ops::tile), "prepare")) return;
  int32_t* multiples = m.in<int32_t>(1);
  multiples[0] = 2, multiples[1] = 1;
  for (int16_t i = 0; i < 6; ++i) m.in<int16_t>(0)[i] = i;
  const int16_t expected[] = {0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5};
  if (r.expect_ok(m.invoke(), "invoke")) r.equal("computed multiples", expected, m.out<int16_t>(), 12);
  multiples[1] = 2;
  r.expect(m.invoke().code() == Code::kBadData, "other multiples than the file's shapes");
}

Code refusal(const Shape& multiples_shape, const int32_t* multiples) {
  OneOp m;
  m.input({Type::kInt8, shape_of(2, 3)});
  m.input({Type::kInt32, multiples_shape, 0, 0, multiples, static_cast<uint32_t>(4 * multiples_shape.count())});
  m.output({Type::kInt8, shape_of(4, 3)});
  return m.prepare(ops::tile).code();
}

void check_refusals(Report& r) {
  const int32_t multiples[] = {2, 1}, negative[] = {2, -1}, none[] = {2, 0}, huge[] = {0x7fffffff, 1};
  r.expect(refusal(shape_of(2), multiples) == Code::kOk, "the control");
  r.expect(refusal(shape_of(1), multiples) == Code::kShapeMismatch, "too few multiples");
  r.expect(refusal(shape_of(2), negative) == Code::kBadValue, "a negative multiple");
  r.expect(refusal(shape_of(2), none) == Code::kBadShape, "an empty output");
  r.expect(refusal(shape_of(2), huge) == Code::kBadValue, "more than 31 bits can count");
}

}  // namespace

void test_tile(Report& r) {
  check(r, shape_of(5), shape_of(1));
  check(r, shape_of(5), shape_of(3));
  check(r, shape_of(2, 3), shape_of(2, 1));
  check(r, shape_of(2, 3), shape_of(1, 4));
  check(r, shape_of(2, 3, 2), shape_of(3, 2, 2));
  check(r, shape_of(2, 3, 1, 2), shape_of(1, 2, 3, 1));
  check(r, shape_of(2, 1, 2, 1, 2, 2), shape_of(1, 2, 2, 3, 1, 2));
  if (r.next_case()) check_computed(r);
  if (r.next_case()) check_refusals(r);
}

}  // namespace testing
}  // namespace midge
