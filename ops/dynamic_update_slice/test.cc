// DYNAMIC_UPDATE_SLICE: positions inside and clamped, constant and computed; what is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

template <class T>
void check(Report& r, Type type, const int32_t* position, const Shape& update, bool computed) {
  const Shape shapes[] = {shape_of(3, 4, 5), update};
  OneOp m;
  m.input({type, shapes[0]});
  m.input({type, update});
  m.input({Type::kInt32, shape_of(3), 0, 0, computed ? nullptr : position, computed ? 0u : 12u});
  m.output({type, shapes[0]});
  if (!r.expect_ok(m.prepare(ops::dynamic_update_slice), "prepare")) return;
  if (computed) memcpy(m.in<int32_t>(2), position, 12);
  check_moved<T>(r, m, shapes, 2, shapes[0], 0, [&](const int32_t* p, uint32_t* slot) {
    int32_t from[3];
    *slot = 1;
    for (int32_t d = 0; d < 3; ++d) {
      const int32_t first = max(int32_t{0}, min(position[d], shapes[0][d] - update[d]));
      from[d] = p[d] - first;
      if (from[d] < 0 || from[d] >= update[d]) *slot = 0;
    }
    return *slot == 1 ? index_of(update, from) : index_of(shapes[0], p);
  });
}

void check_refused(Report& r, const Shape& update, Type update_type, int32_t positions, Code code) {
  if (!r.next_case()) return;
  OneOp m;
  m.input({Type::kInt8, shape_of(3, 4)});
  m.input({update_type, update});
  m.input({Type::kInt32, shape_of(positions)});
  m.output({Type::kInt8, shape_of(3, 4)});
  r.expect(m.prepare(ops::dynamic_update_slice).code() == code, "refused");
}

}  // namespace

void test_dynamic_update_slice(Report& r) {
  const int32_t positions[][3] = {{0, 0, 0}, {1, 2, 3}, {-5, 9, 1}, {2, -1, 2000000000}};
  const Shape updates[] = {shape_of(1, 1, 1), shape_of(2, 2, 2), shape_of(3, 1, 5), shape_of(3, 4, 5)};
  for (const auto& position : positions) {
    for (const Shape& update : updates) {
      if (r.next_case()) check<int8_t>(r, Type::kInt8, position, update, false);
      if (r.next_case()) check<int16_t>(r, Type::kInt16, position, update, true);
      if (r.next_case()) check<float>(r, Type::kFloat32, position, update, true);
      if (r.next_case()) check<int64_t>(r, Type::kInt64, position, update, false);
    }
  }
  check_refused(r, shape_of(3, 4), Type::kInt8, 2, Code::kOk);
  check_refused(r, shape_of(3, 5), Type::kInt8, 2, Code::kShapeMismatch);
  check_refused(r, shape_of(3), Type::kInt8, 2, Code::kShapeMismatch);
  check_refused(r, shape_of(3, 4), Type::kInt8, 1, Code::kShapeMismatch);
  check_refused(r, shape_of(3, 4), Type::kInt16, 2, Code::kUnsupportedType);
}

}  // namespace testing
}  // namespace midge
