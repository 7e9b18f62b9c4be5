// See last_axis.h.
#include "ops/common/last_axis.h"

namespace midge {

Status prepare_rows(PrepareContext& c, RowShape* s) {
  MIDGE_TRY(c.expect(1, 1));
  const Shape shape = c.input(0).shape;
  if (shape.rank < 1) return c.fail_input(0, Code::kUnsupportedRank);
  *s = {shape.product(0, shape.rank - 1), shape[shape.rank - 1]};
  return c.set_output_shape(0, shape);
}

Status prepare_rows_f32(PrepareContext& c) {
  RowShape shape;
  MIDGE_TRY(prepare_rows(c, &shape));
  RowShape* p;
  MIDGE_TRY(c.allocate(&p));
  *p = shape;
  return Code::kOk;
}

}  // namespace midge
