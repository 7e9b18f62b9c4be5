// See unary.h.
#include "ops/common/unary.h"

namespace midge {

Status prepare_unary_shape(PrepareContext& c, int32_t* count) {
  MIDGE_TRY(c.expect(1, 1));
  const Shape shape = c.input(0).shape;
  *count = shape.count();
  return c.set_output_shape(0, shape);
}

Status prepare_unary_f32(PrepareContext& c) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  UnaryF32* p;
  MIDGE_TRY(c.allocate(&p));
  p->count = count;
  return Code::kOk;
}

}  // namespace midge
