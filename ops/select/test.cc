// SELECT: conditions of the inputs' shape, for each step of the first dimension, and for all; each element size.
#include "ops/testing_select.h"

namespace midge {
namespace testing {

void test_select(Report& r) {
  const Shape s = shape_of(3, 2, 4);
  check_selection_types(r, ops::select, s, s, s, s, s);
  check_selection_types(r, ops::select, shape_of(3), shape_of(3, 1, 1), s, s, s);
  check_selection_types(r, ops::select, shape_of(), shape_of(), s, s, s);
  check_selection_types(r, ops::select, shape_of(1), shape_of(1), shape_of(), shape_of(1, 1), shape_of(1));
  const TensorSpec x = {Type::kFloat32, s};
  check_selection_refused(r, ops::select, {Type::kBool, shape_of(4)}, x, x, x, Code::kShapeMismatch);
  check_selection_refused(r, ops::select, {Type::kBool, shape_of(3, 1, 1)}, x, x, x, Code::kShapeMismatch);
  check_selection_refused(r, ops::select, {Type::kBool, s}, x, {Type::kFloat32, shape_of(4)}, x, Code::kShapeMismatch);
  check_selection_refused(r, ops::select, {Type::kInt8, s}, x, x, x, Code::kUnsupportedType);
}

}  // namespace testing
}  // namespace midge
