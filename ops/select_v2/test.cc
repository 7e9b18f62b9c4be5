// SELECT_V2: three shapes that broadcast, each element size.
#include "ops/testing_select.h"

namespace midge {
namespace testing {

void test_select_v2(Report& r) {
  const Shape all[][4] = {{shape_of(2, 3, 4), shape_of(2, 3, 4), shape_of(2, 3, 4), shape_of(2, 3, 4)},
                          {shape_of(3, 1), shape_of(2, 1, 4), shape_of(1), shape_of(2, 3, 4)},
                          {shape_of(4), shape_of(), shape_of(3, 4), shape_of(3, 4)},
                          {shape_of(2, 1, 2, 1, 3, 1), shape_of(1, 2, 1, 3, 1, 2), shape_of(3, 2), shape_of(2, 2, 2, 3, 3, 2)},
                          {shape_of(), shape_of(), shape_of(), shape_of()},
                          {shape_of(1), shape_of(), shape_of(1, 1), shape_of(1)}};  // one element: of the shape that the file notes
  for (const Shape* s : all) check_selection_types(r, ops::select_v2, s[0], s[0], s[1], s[2], s[3]);
  const TensorSpec condition = {Type::kBool, shape_of(2, 3)}, x = {Type::kFloat32, shape_of(2, 3)};
  check_selection_refused(r, ops::select_v2, x, x, x, x, Code::kUnsupportedType);
  check_selection_refused(r, ops::select_v2, condition, x, condition, x, Code::kUnsupportedType);
  check_selection_refused(r, ops::select_v2, condition, x, x, condition, Code::kUnsupportedType);
  check_selection_refused(r, ops::select_v2, condition, x, {Type::kFloat32, shape_of(2)}, x, Code::kShapeMismatch);
  check_selection_refused(r, ops::select_v2, {Type::kBool, shape_of(2)}, x, x, x, Code::kShapeMismatch);
  check_selection_refused(r, ops::select_v2, condition, x, x, {Type::kFloat32, shape_of(3, 2)}, Code::kShapeMismatch);
}

}  // namespace testing
}  // namespace midge
