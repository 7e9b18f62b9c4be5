// TRANSPOSE: every permutation of rank 4, one of rank 6, for the four element sizes; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

void check(Report& r, const Shape& in, const int32_t* perm) {
  Constants constants;
  constants.count = 1;
  constants.shapes[0] = shape_of(in.rank);
  constants.values[0] = perm;
  Shape out;
  out.rank = in.rank;
  for (int32_t d = 0; d < in.rank; ++d) out.dims[d] = in[perm[d] < 0 ? perm[d] + in.rank : perm[d]];
  check_movement_types(r, ops::transpose, in, constants, out, Options(), [&](const int32_t* p) {
    int32_t from[kMaxRank] = {};
    for (int32_t d = 0; d < in.rank; ++d) from[perm[d] < 0 ? perm[d] + in.rank : perm[d]] = p[d];
    return index_of(in, from);
  });
}

}  // namespace

void test_transpose(Report& r) {
  for (int32_t code = 0; code < 256; ++code) {
    const int32_t perm[] = {code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6};
    const uint32_t seen = 1u << perm[0] | 1u << perm[1] | 1u << perm[2] | 1u << perm[3];
    if (seen == 15) check(r, shape_of(2, 3, 4, 5), perm);
  }
  const int32_t rank6[] = {-1, 0, 4, 2, 1, 3}, rank1[] = {0};
  check(r, shape_of(2, 1, 3, 2, 4, 3), rank6);
  check(r, shape_of(7), rank1);
  const int32_t twice[] = {1, -1}, outside[] = {0, 2};
  const Shape in = shape_of(2, 3);
  check_movement_refused(r, ops::transpose, in, {1, {shape_of(2)}, {twice}}, in, Options(), Code::kBadValue);
  check_movement_refused(r, ops::transpose, in, {1, {shape_of(2)}, {outside}}, in, Options(), Code::kBadValue);
  check_movement_refused(r, ops::transpose, in, {1, {shape_of(1)}, {rank1}}, in, Options(), Code::kShapeMismatch);
  check_movement_refused(r, ops::transpose, in, {1, {shape_of(2)}, {twice}, 1}, in, Options(), Code::kNotConstant);
}

}  // namespace testing
}  // namespace midge
