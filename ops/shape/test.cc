// SHAPE: the input's dimensions, as int32 and int64, for each rank.
#include "tests/one_op.h"

namespace midge {
namespace testing {
namespace {

template <class T>
void check(Report& r, Type type, int32_t rank) {
  Shape in;
  T expected[kMaxRank];
  in.rank = rank;
  for (int32_t d = 0; d < rank; ++d) in.dims[d] = d + 1, expected[d] = static_cast<T>(d + 1);
  OneOp m;
  m.input({Type::kInt8, in, 0.5f});
  m.output({type, shape_of(rank)});
  if (!r.expect_ok(m.prepare(ops::shape), "prepare")) return;
  r.expect_ok(m.invoke(), "invoke");
  r.equal(type == Type::kInt32 ? "int32" : "int64", expected, m.out<T>(), rank);
}

}  // namespace

void test_shape(Report& r) {
  for (int32_t rank = 1; rank <= kMaxRank; ++rank) {
    if (r.next_case()) check<int32_t>(r, Type::kInt32, rank);
    if (r.next_case()) check<int64_t>(r, Type::kInt64, rank);
  }
}

}  // namespace testing
}  // namespace midge
