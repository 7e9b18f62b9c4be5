// CONCATENATION: one to four inputs of different lengths along each axis, negative ones too.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

template <class T>
void check(Report& r, Type type, uint32_t inputs, int32_t axis) {
  const int32_t along = axis < 0 ? axis + 3 : axis;
  const float scale = type == Type::kInt8 ? 0.5f : 0.0f;
  Shape in[4], out = shape_of(2, 3, 4);
  OneOp m;
  out.dims[along] = 0;
  for (uint32_t i = 0; i < inputs; ++i) {
    in[i] = shape_of(2, 3, 4);
    in[i].dims[along] = static_cast<int32_t>(i) % 3 + 1;
    out.dims[along] += in[i][along];
    m.input({type, in[i], scale});
  }
  m.output({type, out, scale});
  if (!r.expect_ok(m.prepare(ops::concatenation, Options().i32(0, axis)), "prepare")) return;
  check_moved<T>(r, m, in, inputs, out, 0, [&](const int32_t* p, uint32_t* slot) {
    int32_t from[3] = {p[0], p[1], p[2]};
    while (from[along] >= in[*slot][along]) from[along] -= in[(*slot)++][along];
    return index_of(in[*slot], from);
  });
}

}  // namespace

void test_concatenation(Report& r) {
  for (uint32_t inputs = 1; inputs <= 4; ++inputs) {
    for (int32_t axis = -3; axis < 3; ++axis) {
      if (r.next_case()) check<int8_t>(r, Type::kInt8, inputs, axis);
      if (r.next_case()) check<float>(r, Type::kFloat32, inputs, axis);
      if (r.next_case()) check<int64_t>(r, Type::kInt64, inputs, axis);
    }
  }
}

}  // namespace testing
}  // namespace midge
