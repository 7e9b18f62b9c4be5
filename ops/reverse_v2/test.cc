// REVERSE_V2: every set of axes, constant and computed; what is refused, at run time too.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {

void test_reverse_v2(Report& r) {
  const Shape in = shape_of(2, 3, 4);
  for (uint32_t set = 1; set < 8; ++set) {
    int32_t axes[3], count = 0;
    for (int32_t d = 2; d >= 0; --d) {
      if ((set >> d & 1) != 0) axes[count++] = d == 1 ? d - 3 : d;
    }
    for (uint32_t computed = 0; computed < 2; ++computed) {
      check_movement_types(r, ops::reverse_v2, in, {1, {shape_of(count)}, {axes}, computed}, in, Options(), [&](const int32_t* p) {
        int32_t from[3];
        for (int32_t d = 0; d < 3; ++d) from[d] = (set >> d & 1) != 0 ? in[d] - 1 - p[d] : p[d];
        return index_of(in, from);
      });
    }
  }
  const int32_t behind[] = {3}, before[] = {-4}, twice[] = {1, -2}, many[] = {0, 1, 2, 0};
  for (uint32_t computed = 0; computed < 2; ++computed) {
    const Code code = computed != 0 ? Code::kBadData : Code::kBadValue;
    check_movement_refused(r, ops::reverse_v2, in, {1, {shape_of(1)}, {behind}, computed}, in, Options(), code);
    check_movement_refused(r, ops::reverse_v2, in, {1, {shape_of(1)}, {before}, computed}, in, Options(), code);
    check_movement_refused(r, ops::reverse_v2, in, {1, {shape_of(2)}, {twice}, computed}, in, Options(), code);
    check_movement_refused(r, ops::reverse_v2, in, {1, {shape_of(4)}, {many}, computed}, in, Options(), Code::kShapeMismatch);
  }
}

}  // namespace testing
}  // namespace midge
