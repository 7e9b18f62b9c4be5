// STRIDED_SLICE: prepare and eval.
#include "ops/strided_slice/strided_slice.h"

#include "base/span.h"
#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kBeginMask, kEndMask, kEllipsisMask, kNewAxisMask, kShrinkAxisMask, kOffset };
}

struct Bounds {
  int32_t begin[kMaxRank], end[kMaxRank], stride[kMaxRank];
  uint32_t count = 0;
};

Status read_bounds(const PrepareContext& c, Bounds* b) {
  uint32_t ends, strides;
  MIDGE_TRY(c.constant_ints(1, b->begin, kMaxRank, &b->count));
  MIDGE_TRY(c.constant_ints(2, b->end, kMaxRank, &ends));
  MIDGE_TRY(c.constant_ints(3, b->stride, kMaxRank, &strides));
  return ends == b->count && strides == b->count ? Status() : c.fail_input(1, Code::kShapeMismatch);
}

/// One dimension of `size` elements, sliced: where it begins and how many elements it has.
void slice(int32_t size, bool begin_open, bool end_open, int64_t begin, int64_t end, int64_t stride, int32_t* first, int32_t* count) {
  const int64_t low = stride > 0 ? 0 : -1, high = stride > 0 ? size : size - 1;  // where a bound may stand
  if (begin < 0) begin += size;
  if (end < 0) end += size;
  begin = begin_open ? (stride > 0 ? low : high) : clamp(begin, low, high);
  end = end_open ? (stride > 0 ? high : low) : clamp(end, low, high);
  const int64_t span = stride > 0 ? end - begin : begin - end;
  const int64_t step = stride > 0 ? stride : -stride;
  *first = static_cast<int32_t>(begin);
  *count = span <= 0 ? 0 : static_cast<int32_t>((span + step - 1) / step);
}

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(4, 4));
  MIDGE_TRY(check_movable(c, 0));
  const Shape in = c.input(0).shape;
  Bounds b;
  MIDGE_TRY(read_bounds(c, &b));
  const Table& o = c.options();
  const uint32_t begin_mask = static_cast<uint32_t>(o.i32(option::kBeginMask)), end_mask = static_cast<uint32_t>(o.i32(option::kEndMask));
  const uint32_t ellipsis = static_cast<uint32_t>(o.i32(option::kEllipsisMask)), new_axis = static_cast<uint32_t>(o.i32(option::kNewAxisMask));
  const uint32_t shrink = static_cast<uint32_t>(o.i32(option::kShrinkAxisMask));
  const bool from_begin = o.boolean(option::kOffset);
  int32_t taken = 0;  // dimensions of the input that the bounds name
  for (uint32_t i = 0; i < b.count; ++i) taken += (ellipsis >> i & 1) == 0 && (new_axis >> i & 1) == 0 ? 1 : 0;
  if (taken > in.rank) return c.fail_input(1, Code::kShapeMismatch);

  StridedCopy copy;
  Shape out;
  int32_t d = 0;  // dimension of the input
  bool stretched = false;
  const auto keep = [&](int32_t size, int32_t step) {
    copy.dims[copy.rank] = size;
    copy.from_step[copy.rank++] = step;
    out.dims[out.rank++] = size;
  };
  const auto whole = [&] {
    keep(in[d], in.product(d + 1, in.rank));
    ++d;
  };
  for (uint32_t i = 0; i < b.count; ++i) {
    if (out.rank == kMaxRank) return c.fail_output(0, Code::kBadRank);
    if ((ellipsis >> i & 1) != 0) {
      if (stretched) return Code::kUnsupportedOption;
      stretched = true;
      for (int32_t rest = in.rank - taken; rest > 0 && out.rank < kMaxRank; --rest) whole();
    } else if ((new_axis >> i & 1) != 0) {
      keep(1, 0);
    } else {
      const int32_t step = in.product(d + 1, in.rank);
      int64_t begin = b.begin[i], end = b.end[i];
      if (b.stride[i] == 0) return c.fail_input(3, Code::kBadValue);
      if (from_begin) end += begin;
      int32_t first, count;
      if ((shrink >> i & 1) != 0) {
        if ((begin_mask >> i & 1) != 0) begin = b.stride[i] > 0 ? 0 : in[d] - 1;
        if (begin < 0) begin += in[d];
        if (begin < 0 || begin >= in[d]) return c.fail_input(1, Code::kBadValue);
        copy.from_start += static_cast<int32_t>(begin) * step;
      } else {
        slice(in[d], (begin_mask >> i & 1) != 0, (end_mask >> i & 1) != 0, begin, end, b.stride[i], &first, &count);
        if (count == 0) return c.fail_output(0, Code::kBadShape);
        copy.from_start += first * step;
        keep(count, count == 1 ? 0 : b.stride[i] * step);
      }
      ++d;
    }
  }
  while (d < in.rank) {
    if (out.rank == kMaxRank) return c.fail_output(0, Code::kBadRank);
    whole();
  }
  for (int32_t i = 0; i < out.rank; ++i) copy.to_step[i] = out.product(i + 1, out.rank);
  MIDGE_TRY(c.set_output_shape(0, out));
  return prepare_strided_copy(c, copy);
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval_strided_copy}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(strided_slice, midge::kAll)
