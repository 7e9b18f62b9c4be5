// STRIDED_SLICE: prepare and eval.
#include "ops/strided_slice/strided_slice.h"

#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kBeginMask, kEndMask, kEllipsisMask, kNewAxisMask, kShrinkAxisMask, kOffset };
}
constexpr uint32_t kBegin = 1;  // input; end and strides follow

bool bit(uint32_t mask, uint32_t i) { return (mask >> i & 1) != 0; }

/// Where a slice of one dimension begins and how many elements it has.
struct Extent {
  int32_t first, count;
};

/// Element i of begin, end and strides, for a dimension of `size` elements. False where it asks for elements that are not there.
bool slice(const StridedSliceRule& p, const Bounds* bounds, uint32_t i, int32_t size, Extent* out) {
  const int64_t stride = bounds[2].values[i], step = stride > 0 ? stride : -stride;
  const int64_t low = stride > 0 ? 0 : -1, high = stride > 0 ? size : size - 1;  // where a bound may stand
  int64_t begin = bounds[0].values[i], end = bounds[1].values[i];
  if (begin < 0) begin += size;
  begin = clamp(begin, low, high);
  if (bit(p.begin_mask, i)) begin = stride > 0 ? low : high;
  out->first = static_cast<int32_t>(begin);
  if (bit(p.shrink_axis_mask, i)) {
    out->count = 1;
    return begin >= 0 && begin < size;
  }
  const int64_t asked = stride > 0 ? end : -end;  // with the offset option
  if (p.from_begin != 0) {
    end += begin;
  } else if (end < 0) {
    end += size;
  }
  const bool inside = end >= low && end <= high;
  end = clamp(end, low, high);
  if (bit(p.end_mask, i)) end = stride > 0 ? high : low;
  const int64_t span = stride > 0 ? end - begin : begin - end;
  out->count = span <= 0 ? 0 : static_cast<int32_t>((span + step - 1) / step);
  return p.from_begin == 0 || (inside && span == asked);
}

/// Plans the copy. kBadRank: the output has too many dimensions; otherwise the bounds do not fit the input.
Status plan(const StridedSliceRule& p, const Bounds* bounds, StridedCopy* copy) {
  int32_t named = 0;  // dimensions of the input that have bounds
  for (uint32_t i = 0; i < p.bounds; ++i) named += bit(p.ellipsis_mask, i) || bit(p.new_axis_mask, i) ? 0 : 1;
  if (named > p.in.rank) return Code::kShapeMismatch;
  int32_t steps[kMaxRank];
  dense_steps(p.in, steps);
  int32_t d = 0;  // dimension of the input
  bool stretched = false;
  Status status;
  const auto keep = [&](int32_t size, int32_t step) {
    if (copy->rank == kMaxRank) {
      status = Code::kBadRank;
    } else {
      copy->dims[copy->rank] = size;
      copy->from_step[copy->rank++] = step;
    }
  };
  const auto whole = [&](int32_t until) {
    for (; d < until; ++d) keep(p.in[d], steps[d]);
  };
  for (uint32_t i = 0; i < p.bounds; ++i) {
    if (bit(p.ellipsis_mask, i)) {
      if (stretched) return Code::kUnsupportedOption;
      stretched = true;
      whole(d + p.in.rank - named);
    } else if (bit(p.new_axis_mask, i)) {
      keep(1, 0);
    } else {
      Extent e;
      if (bounds[2].values[i] == 0 || !slice(p, bounds, i, p.in[d], &e)) return Code::kBadValue;
      copy->from_start += e.count == 0 ? 0 : e.first * steps[d];
      if (!bit(p.shrink_axis_mask, i)) keep(e.count, e.count <= 1 ? 0 : bounds[2].values[i] * steps[d]);
      ++d;
    }
  }
  whole(p.in.rank);
  return status;
}

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(4, 4));
  MIDGE_TRY(check_movable(c, 0));
  const Table& o = c.options();
  StridedSliceRule rule;
  rule.in = c.input(0).shape;
  rule.bounds = static_cast<uint32_t>(c.input(kBegin).shape.count());
  rule.begin_mask = static_cast<uint32_t>(o.i32(option::kBeginMask));
  rule.end_mask = static_cast<uint32_t>(o.i32(option::kEndMask));
  rule.ellipsis_mask = static_cast<uint32_t>(o.i32(option::kEllipsisMask));
  rule.new_axis_mask = static_cast<uint32_t>(o.i32(option::kNewAxisMask));
  rule.shrink_axis_mask = static_cast<uint32_t>(o.i32(option::kShrinkAxisMask));
  rule.from_begin = o.boolean(option::kOffset) ? 1 : 0;
  bool computed = false;
  for (uint32_t k = 0; k < 3; ++k) {
    MIDGE_TRY(check_bounds(c, kBegin + k, rule.bounds));
    const Tensor t = c.input(kBegin + k);
    rule.bound_bytes[k] = type_bytes(t.type);
    computed = computed || !t.constant();
  }
  StridedCopy copy;
  Shape out = c.output(0).shape;  // what the exporter has noted
  if (!computed) {
    Bounds bounds[3];
    for (uint32_t k = 0; k < 3; ++k) read_bounds(c.input(kBegin + k).data, rule.bound_bytes[k], rule.bounds, &bounds[k]);
    const Status status = plan(rule, bounds, &copy);
    if (status.code() == Code::kBadRank) return c.fail_output(0, Code::kBadRank);
    if (!status.ok()) return c.fail_input(kBegin, status.code());
    out = moved_shape(copy);
  }
  MIDGE_TRY(c.set_output_shape(0, out));
  StridedSliceData* p;
  MIDGE_TRY(c.allocate(&p, computed ? sizeof rule : 0));
  set_target(out, c.output(0).type, &copy);
  *p = StridedSliceData{copy, computed ? 1u : 0u};
  if (computed) *reinterpret_cast<StridedSliceRule*>(p + 1) = rule;
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const StridedSliceData& p = c.data<StridedSliceData>();
  StridedCopy copy = p.copy;
  if (p.computed != 0) {
    const StridedSliceRule& rule = *reinterpret_cast<const StridedSliceRule*>(&p + 1);
    Bounds bounds[3];
    for (uint32_t k = 0; k < 3; ++k) read_bounds(c.input<void>(kBegin + k), rule.bound_bytes[k], rule.bounds, &bounds[k]);
    copy.rank = 0;
    if (!plan(rule, bounds, &copy).ok() || moved_shape(copy) != moved_shape(p.copy)) return Code::kBadData;
  }
  strided_copy(copy, c.input<uint8_t>(0), c.output<uint8_t>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(strided_slice, midge::kAll)
