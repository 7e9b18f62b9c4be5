// GATHER: each axis and number of batch dimensions; positions of each type, constant and computed; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

template <class T, class P>
void check(Report& r, Type type, Type position_type, int32_t axis, int32_t batch_dims, bool computed) {
  const Shape in = shape_of(2, 3, 4, 2);
  Shape positions, out;
  for (int32_t d = 0; d < batch_dims; ++d) positions.dims[positions.rank++] = in[d];
  positions.dims[positions.rank++] = 3;
  if (batch_dims == 0) positions.dims[positions.rank++] = 2;
  for (int32_t d = 0; d < axis; ++d) out.dims[out.rank++] = in[d];
  for (int32_t d = batch_dims; d < positions.rank; ++d) out.dims[out.rank++] = positions[d];
  for (int32_t d = axis + 1; d < in.rank; ++d) out.dims[out.rank++] = in[d];
  P values[72];
  Random random = r.random();
  for (int32_t i = 0; i < positions.count(); ++i) values[i] = static_cast<P>(random.between(0, in[axis] - 1));
  const uint32_t bytes = static_cast<uint32_t>(positions.count()) * sizeof(P);
  OneOp m;
  m.input({type, in});
  m.input({position_type, positions, 0, 0, computed ? nullptr : values, computed ? 0 : bytes});
  m.output({type, out});
  const Options options =
      Options().i32(0, axis % 2 == 0 ? axis : axis - in.rank).i32(1, batch_dims == 1 ? batch_dims - positions.rank : batch_dims);
  if (!r.expect_ok(m.prepare(ops::gather, options), "prepare")) return;
  if (computed) memcpy(m.in<P>(1), values, bytes);
  check_moved<T>(r, m, &in, 1, out, 0, [&](const int32_t* p, uint32_t*) {
    int32_t at[kMaxRank], from[kMaxRank];
    for (int32_t d = 0; d < positions.rank; ++d) at[d] = p[d < batch_dims ? d : axis + d - batch_dims];
    for (int32_t d = 0; d < in.rank; ++d) {
      if (d < axis) from[d] = p[d];
      if (d == axis) from[d] = static_cast<int32_t>(values[index_of(positions, at)]);
      if (d > axis) from[d] = p[d + positions.rank - batch_dims - 1];
    }
    return index_of(in, from);
  });
}

void check_refused(Report& r, int32_t axis, int32_t batch_dims, Type position_type, int64_t position, Code code) {
  if (!r.next_case()) return;
  OneOp m;
  m.input({Type::kInt8, shape_of(2, 3)});
  m.input({position_type, shape_of(1), 0, 0, &position, type_bytes(position_type)});
  m.output({Type::kInt8, shape_of(2, 1)});
  Status status = m.prepare(ops::gather, Options().i32(0, axis).i32(1, batch_dims));
  if (status.ok()) status = m.invoke();
  r.expect(status.code() == code, "refused");
}

}  // namespace

void test_gather(Report& r) {
  for (int32_t axis = 0; axis < 4; ++axis) {
    for (int32_t batch_dims = 0; batch_dims <= axis; ++batch_dims) {
      for (const bool computed : kConstantOrComputed) {
        if (r.next_case()) check<int8_t, int32_t>(r, Type::kInt8, Type::kInt32, axis, batch_dims, computed);
        if (r.next_case()) check<int16_t, int16_t>(r, Type::kInt16, Type::kInt16, axis, batch_dims, computed);
        if (r.next_case()) check<float, int64_t>(r, Type::kFloat32, Type::kInt64, axis, batch_dims, computed);
        if (r.next_case()) check<int64_t, int32_t>(r, Type::kInt64, Type::kInt32, axis, batch_dims, computed);
      }
    }
  }
  check_refused(r, 1, 0, Type::kInt32, 2, Code::kOk);
  check_refused(r, 1, 0, Type::kInt32, 3, Code::kBadData);
  check_refused(r, 1, 0, Type::kInt16, -1, Code::kBadData);
  check_refused(r, 1, 0, Type::kInt64, int64_t{1} << 32, Code::kBadData);
  check_refused(r, 2, 0, Type::kInt32, 0, Code::kBadValue);
  check_refused(r, 0, 1, Type::kInt32, 0, Code::kBadValue);         // more batch dimensions than the axis allows
  check_refused(r, 1, 1, Type::kInt32, 0, Code::kShapeMismatch);    // batches differ
  check_refused(r, 0, 0, Type::kInt32, 0, Code::kShapeMismatch);    // the output is [1, 3]
  check_refused(r, 1, 0, Type::kInt8, 0, Code::kUnsupportedType);
}

}  // namespace testing
}  // namespace midge
