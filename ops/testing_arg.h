// ARG_MAX and ARG_MIN along each axis of a tensor of rank 3, with ties, against plain index arithmetic.
#pragma once
#include "ops/testing_movement.h"

namespace midge {
namespace testing {

/// better(a, b): a is the one to find.
template <class T, class Better>
void check_arg(Report& r, const OpRegistration& op, Type type, int32_t axis, Type axis_type, Type out_type, Better better) {
  const Shape in = shape_of(3, 4, 5);
  const int32_t along = axis < 0 ? axis + 3 : axis;
  Shape out;
  for (int32_t d = 0; d < 3; ++d) {
    if (d != along) out.dims[out.rank++] = in[d];
  }
  const int64_t wide_axis = axis;  // its low half is first in memory
  OneOp m;
  m.input({type, in, type == Type::kInt8 || type == Type::kUint8 ? 0.5f : 0.0f});
  m.input({axis_type, Shape(), 0, 0, &wide_axis, axis_type == Type::kInt64 ? 8u : 4u});
  m.output({out_type, out});
  if (!r.expect_ok(m.prepare(op, Options().u8(0, static_cast<int32_t>(out_type))), "prepare")) return;
  Random random = r.random();
  for (int32_t i = 0; i < in.count(); ++i) m.in<T>(0)[i] = static_cast<T>(random.between(0, type == Type::kBool ? 1 : 4));
  if (!r.expect_ok(m.invoke(), "invoke")) return;
  int32_t expected[20], actual[20];
  for (int32_t i = 0; i < out.count(); ++i) {
    int32_t position[kMaxRank] = {}, from[kMaxRank] = {};
    position_of(out, i, position);
    for (int32_t d = 0, k = 0; d < 3; ++d) from[d] = d == along ? 0 : position[k++];
    T best = m.in<T>(0)[index_of(in, from)];
    expected[i] = 0;
    for (int32_t a = 1; a < in[along]; ++a) {
      from[along] = a;
      const T x = m.in<T>(0)[index_of(in, from)];
      if (better(x, best)) best = x, expected[i] = a;
    }
    actual[i] = out_type == Type::kInt64 ? static_cast<int32_t>(m.out<int64_t>()[i]) : m.out<int32_t>()[i];
  }
  r.equal("index", expected, actual, out.count());
}

/// All types, axes and outputs; what is refused.
template <class Better>
void check_args(Report& r, const OpRegistration& op, Better better) {
  for (int32_t axis = -3; axis < 3; ++axis) {
    for (uint32_t i = 0; i < 4; ++i) {
      const Type axis_type = i % 2 == 0 ? Type::kInt32 : Type::kInt64, out_type = i / 2 == 0 ? Type::kInt32 : Type::kInt64;
      if (r.next_case()) check_arg<int8_t>(r, op, Type::kInt8, axis, axis_type, out_type, better);
      if (r.next_case()) check_arg<uint8_t>(r, op, Type::kUint8, axis, axis_type, out_type, better);
      if (r.next_case()) check_arg<float>(r, op, Type::kFloat32, axis, axis_type, out_type, better);
      if (r.next_case()) check_arg<int32_t>(r, op, Type::kInt32, axis, axis_type, out_type, better);
      if (r.next_case()) check_arg<bool>(r, op, Type::kBool, axis, axis_type, out_type, better);
    }
  }
  const int32_t axis_0[] = {0}, axis_2[] = {2};
  const auto prepared = [&](const int32_t* axis, Type out, Type option) {
    OneOp m;
    m.input({Type::kFloat32, shape_of(2, 3)});
    m.input({Type::kInt32, Shape(), 0, 0, axis, 4});
    m.output({out, shape_of(3)});
    return m.prepare(op, Options().u8(0, static_cast<int32_t>(option))).code();
  };
  if (!r.next_case()) return;
  r.expect(prepared(axis_0, Type::kInt32, Type::kInt32) == Code::kOk, "axis 0 of rank 2 is taken");
  r.expect(prepared(axis_2, Type::kInt32, Type::kInt32) == Code::kBadValue, "axis 2 of rank 2 is refused");
  r.expect(prepared(nullptr, Type::kInt32, Type::kInt32) == Code::kNotConstant, "a computed axis is refused");
  r.expect(prepared(axis_0, Type::kFloat32, Type::kFloat32) == Code::kUnsupportedType, "a float output is refused");
  r.expect(prepared(axis_0, Type::kInt32, Type::kInt64) == Code::kUnsupportedOption, "an option that contradicts the output is refused");
}

}  // namespace testing
}  // namespace midge
