// GATHER: prepare and eval.
#include "ops/gather/gather.h"

#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kAxis, kBatchDims };
}

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2));
  MIDGE_TRY(check_movable(c, 0));
  MIDGE_TRY(check_positions(c, 1));
  const Shape in = c.input(0).shape, positions = c.input(1).shape;
  int32_t axis = c.options().i32(option::kAxis), batch_dims = c.options().i32(option::kBatchDims);
  if (!wrap_axis(&axis, in.rank)) return Code::kBadValue;
  if (batch_dims < 0) batch_dims += positions.rank;
  if (batch_dims < 0 || batch_dims > axis || batch_dims > positions.rank) return Code::kBadValue;
  if (in.rank - 1 + positions.rank - batch_dims > kMaxRank) return c.fail_output(0, Code::kBadRank);
  Shape out;
  for (int32_t d = 0; d < axis; ++d) {
    if (d < batch_dims && positions[d] != in[d]) return c.fail_input(1, Code::kShapeMismatch);
    out.dims[out.rank++] = in[d];
  }
  for (int32_t d = batch_dims; d < positions.rank; ++d) out.dims[out.rank++] = positions[d];
  for (int32_t d = axis + 1; d < in.rank; ++d) out.dims[out.rank++] = in[d];
  MIDGE_TRY(c.set_output_shape(0, out));
  GatherData* p;
  MIDGE_TRY(c.allocate(&p));
  p->batches = in.product(0, batch_dims);
  p->outer = in.product(batch_dims, axis);
  p->positions = positions.product(batch_dims, positions.rank);
  p->axis_size = in[axis];
  p->slice_bytes = static_cast<uint32_t>(in.product(axis + 1, in.rank)) * type_bytes(c.input(0).type);
  p->position_bytes = type_bytes(c.input(1).type);
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const GatherData& p = c.data<GatherData>();
  const uint8_t *in = c.input<uint8_t>(0), *positions = c.input<uint8_t>(1);
  uint8_t* out = c.output<uint8_t>(0);
  for (int32_t b = 0; b < p.batches; ++b) {
    for (int32_t o = 0; o < p.outer; ++o) {
      for (int32_t i = 0; i < p.positions; ++i, out += p.slice_bytes) {
        const int64_t at = integer_at(positions, p.position_bytes, static_cast<uint32_t>(i));
        if (at < 0 || at >= p.axis_size) return Code::kBadData;
        memmove(out, in + static_cast<uint32_t>(at) * p.slice_bytes, p.slice_bytes);
      }
      in += static_cast<uint32_t>(p.axis_size) * p.slice_bytes;
    }
    positions += static_cast<uint32_t>(p.positions) * p.position_bytes;
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(gather, midge::kAll)
