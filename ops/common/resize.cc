// See resize.h.
#include "ops/common/resize.h"

#include "ops/common/movement.h"

namespace midge {
namespace {

constexpr int32_t kMostSide = 1 << 20;  // positions in 1/1024 fit 31 bits

}  // namespace

Status prepare_resize(PrepareContext& c, ResizeOptions ids, ResizeData** out) {
  MIDGE_TRY(c.expect(2, 2));
  MIDGE_TRY(check_movable(c, 0));
  const Tensor in = c.input(0);
  if (in.shape.rank != 4) return c.fail_input(0, Code::kUnsupportedRank);
  const Shape known = c.output(0).shape;
  CheckedInts size = {};
  size.count = 2;
  if (known.rank == 4) size.values[0] = known[1], size.values[1] = known[2];
  MIDGE_TRY(read_ints(c, 1, &size));
  if (size.count != 2) return c.fail_input(1, Code::kShapeMismatch);
  const int32_t out_h = size.values[0], out_w = size.values[1];
  if (max(in.shape[1], in.shape[2]) > kMostSide) return c.fail_input(0, Code::kTooLarge);
  if (max(out_h, out_w) > kMostSide) return c.fail_output(0, Code::kTooLarge);
  MIDGE_TRY(c.set_output_shape(0, make_shape(in.shape[0], out_h, out_w, in.shape[3])));
  ResizeData* p;
  MIDGE_TRY(c.allocate(&p));
  p->batches = in.shape[0], p->channels = in.shape[3];
  p->in_h = in.shape[1], p->in_w = in.shape[2];
  p->out_h = out_h, p->out_w = out_w;
  p->align_corners = c.options().boolean(ids.align_corners);
  p->half_pixel = c.options().boolean(ids.half_pixel);
  p->element_bytes = type_bytes(in.type);
  p->size = size;
  *out = p;
  return Code::kOk;
}

}  // namespace midge
