// GATHER_ND: prepare and eval.
#include "ops/gather_nd/gather_nd.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2));
  MIDGE_TRY(check_movable(c, 0));
  MIDGE_TRY(check_positions(c, 1));
  const Shape in = c.input(0).shape, positions = c.input(1).shape;
  if (positions.rank < 1) return c.fail_input(1, Code::kUnsupportedRank);
  const int32_t last = positions.rank - 1, depth = positions[last];
  if (depth > in.rank) return c.fail_input(1, Code::kShapeMismatch);
  if (last + in.rank - depth > kMaxRank) return c.fail_output(0, Code::kBadRank);
  Shape out;
  for (int32_t d = 0; d < last; ++d) out.dims[out.rank++] = positions[d];
  for (int32_t d = depth; d < in.rank; ++d) out.dims[out.rank++] = in[d];
  MIDGE_TRY(c.set_output_shape(0, out));
  GatherNdData* p;
  MIDGE_TRY(c.allocate(&p));
  p->slices = positions.product(0, last);
  p->depth = depth;
  p->slice_bytes = static_cast<uint32_t>(in.product(depth, in.rank)) * type_bytes(c.input(0).type);
  p->position_bytes = type_bytes(c.input(1).type);
  for (int32_t d = 0; d < depth; ++d) p->dims[d] = in[d];
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const GatherNdData& p = c.data<GatherNdData>();
  uint8_t* out = c.output<uint8_t>(0);
  uint32_t next = 0;
  for (int32_t i = 0; i < p.slices; ++i, out += p.slice_bytes) {
    uint32_t slice = 0;
    for (int32_t d = 0; d < p.depth; ++d) {
      const int64_t at = integer_at(c.input<void>(1), p.position_bytes, next++);
      if (at < 0 || at >= p.dims[d]) return Code::kBadData;
      slice = slice * static_cast<uint32_t>(p.dims[d]) + static_cast<uint32_t>(at);
    }
    memmove(out, c.input<uint8_t>(0) + slice * p.slice_bytes, p.slice_bytes);
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(gather_nd, midge::kAll)
