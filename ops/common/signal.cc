// See signal.h.
#include "ops/common/signal.h"

namespace midge {

Status check_vector(const PrepareContext& c, uint32_t slot, Type type) {
  const Tensor t = c.input(slot);
  if (t.type != type) return c.fail_input(slot, Code::kUnsupportedType);
  return t.shape.rank == 1 ? Status() : c.fail_input(slot, Code::kUnsupportedRank);
}

Status set_output(PrepareContext& c, uint32_t slot, Type type, const Shape& shape) {
  if (c.output(slot).type != type) return c.fail_output(slot, Code::kUnsupportedType);
  return c.set_output_shape(slot, shape);
}

Shape vector_shape(int32_t count) {
  Shape s;
  s.rank = 1;
  s.dims[0] = count;
  return s;
}

}  // namespace midge
