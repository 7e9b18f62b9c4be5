// TILE: prepare and eval.
#include "ops/tile/tile.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kIn = 0, kMultiples = 1;

/// What the file's shape of the output says of the multiples.
CheckedInts implied_multiples(const Shape& in, const Shape& out) {
  CheckedInts m = {};
  m.count = in.rank;
  for (int32_t d = 0; d < min(in.rank, out.rank); ++d) m.values[d] = out[d] / in[d];
  return m;
}

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2, 1, kMultiples));
  MIDGE_TRY(check_movable(c, kIn));
  const Shape in = c.input(kIn).shape;
  CheckedInts multiples = implied_multiples(in, c.output(0).shape);
  MIDGE_TRY(read_ints(c, kMultiples, &multiples));
  if (multiples.count != in.rank) return c.fail_input(kMultiples, Code::kShapeMismatch);
  Shape out = in;
  for (int32_t d = 0; d < in.rank; ++d) {
    const int64_t n = static_cast<int64_t>(in[d]) * multiples.values[d];
    if (n > 0x7fffffff) return c.fail_input(kMultiples, Code::kBadValue);
    out.dims[d] = static_cast<int32_t>(n);
  }
  MIDGE_TRY(c.set_output_shape(0, out));
  TileData* p;
  MIDGE_TRY(c.allocate(&p));
  p->multiples = multiples;
  p->rank = 1;
  p->dims[0] = p->times[0] = 1;
  for (int32_t d = 0; d < in.rank; ++d) {
    if (d == 0 || multiples.values[d] != 1) {
      if (d > 0) ++p->rank;
      p->dims[p->rank - 1] = in[d];
      p->times[p->rank - 1] = multiples.values[d];
    } else {
      p->dims[p->rank - 1] *= in[d];
    }
  }
  p->row_bytes = static_cast<uint32_t>(p->dims[p->rank - 1]) * type_bytes(c.output(0).type);
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const TileData& p = c.data<TileData>();
  MIDGE_TRY(check_ints(c, kMultiples, p.multiples));
  const uint8_t* in = c.input<uint8_t>(kIn);
  uint8_t* out = c.output<uint8_t>(0);
  const int32_t last = p.rank - 1;
  int32_t at[kMaxRank] = {};  // in the output
  for (;;) {
    uint32_t row = 0;
    for (int32_t d = 0; d < last; ++d) row = row * static_cast<uint32_t>(p.dims[d]) + static_cast<uint32_t>(at[d] % p.dims[d]);
    for (int32_t i = 0; i < p.times[last]; ++i, out += p.row_bytes) memmove(out, in + row * p.row_bytes, p.row_bytes);
    int32_t d = last - 1;
    for (; d >= 0; --d) {  // next row: carry as an odometer does
      if (++at[d] < p.dims[d] * p.times[d]) break;
      at[d] = 0;
    }
    if (d < 0) return Code::kOk;
  }
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(tile, midge::kAll)
