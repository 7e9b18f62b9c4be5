// GATHER_ND: positions of one to all dimensions, of each type; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

template <class T, class P>
void check(Report& r, Type type, Type position_type, int32_t depth, bool computed) {
  const Shape in = shape_of(3, 4, 2), positions = shape_of(2, 3, depth);
  Shape out = shape_of(2, 3);
  for (int32_t d = depth; d < in.rank; ++d) out.dims[out.rank++] = in[d];
  P values[18];
  Random random = r.random();
  for (int32_t i = 0; i < positions.count(); ++i) values[i] = static_cast<P>(random.between(0, in[i % depth] - 1));
  const uint32_t bytes = static_cast<uint32_t>(positions.count()) * sizeof(P);
  OneOp m;
  m.input({type, in});
  m.input({position_type, positions, 0, 0, computed ? nullptr : values, computed ? 0 : bytes});
  m.output({type, out});
  if (!r.expect_ok(m.prepare(ops::gather_nd), "prepare")) return;
  if (computed) memcpy(m.in<P>(1), values, bytes);
  check_moved<T>(r, m, &in, 1, out, 0, [&](const int32_t* p, uint32_t*) {
    int32_t from[kMaxRank];
    for (int32_t d = 0; d < in.rank; ++d)
      from[d] = d < depth ? static_cast<int32_t>(values[(p[0] * 3 + p[1]) * depth + d]) : p[2 + d - depth];
    return index_of(in, from);
  });
}

void check_refused(Report& r, int32_t depth, Type position_type, int32_t first, int32_t second, Code code) {
  if (!r.next_case()) return;
  const int32_t position[] = {first, second, 0};
  OneOp m;
  m.input({Type::kInt8, shape_of(2, 3)});
  m.input({position_type, shape_of(1, depth), 0, 0, position, static_cast<uint32_t>(depth) * type_bytes(position_type)});
  m.output({Type::kInt8, shape_of(1)});
  Status status = m.prepare(ops::gather_nd);
  if (status.ok()) status = m.invoke();
  r.expect(status.code() == code, "refused");
}

}  // namespace

void test_gather_nd(Report& r) {
  for (int32_t depth = 1; depth <= 3; ++depth) {
    for (const bool computed : kConstantOrComputed) {
      if (r.next_case()) check<int8_t, int32_t>(r, Type::kInt8, Type::kInt32, depth, computed);
      if (r.next_case()) check<int16_t, int16_t>(r, Type::kInt16, Type::kInt16, depth, computed);
      if (r.next_case()) check<float, int64_t>(r, Type::kFloat32, Type::kInt64, depth, computed);
      if (r.next_case()) check<int64_t, int32_t>(r, Type::kInt64, Type::kInt32, depth, computed);
    }
  }
  check_refused(r, 2, Type::kInt32, 1, 2, Code::kOk);
  check_refused(r, 2, Type::kInt32, 2, 0, Code::kBadData);
  check_refused(r, 2, Type::kInt32, 0, 3, Code::kBadData);
  check_refused(r, 2, Type::kInt32, 1, -1, Code::kBadData);  // inside the tensor all the same
  check_refused(r, 3, Type::kInt32, 0, 0, Code::kShapeMismatch);
  check_refused(r, 1, Type::kInt32, 0, 0, Code::kShapeMismatch);  // the output is [1, 3]
  check_refused(r, 2, Type::kUint8, 0, 0, Code::kUnsupportedType);
}

}  // namespace testing
}  // namespace midge
