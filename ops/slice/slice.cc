// SLICE: prepare and eval.
#include "ops/slice/slice.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kBegin = 1, kSize = 2;

/// False where a slice leaves the input. An empty one has a dimension of 0.
bool slice(const Shape& in, const Bounds& begin, const Bounds& size, StridedCopy* copy) {
  copy->rank = in.rank;
  dense_steps(in, copy->from_step);
  for (int32_t d = 0; d < in.rank; ++d) {
    const int32_t first = begin.values[d];
    if (first < 0 || first > in[d]) return false;
    const int32_t n = size.values[d] == -1 ? in[d] - first : size.values[d];
    if (n < 0 || n > in[d] - first) return false;
    copy->dims[d] = n;
    copy->from_start += n == 0 ? 0 : first * copy->from_step[d];
  }
  return true;
}

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(3, 3));
  MIDGE_TRY(check_movable(c, 0));
  const Shape in = c.input(0).shape;
  const uint32_t rank = static_cast<uint32_t>(in.rank);
  MIDGE_TRY(check_bounds(c, kBegin, rank));
  MIDGE_TRY(check_bounds(c, kSize, rank));
  const Tensor begin = c.input(kBegin), size = c.input(kSize);
  const uint32_t begin_bytes = type_bytes(begin.type), size_bytes = type_bytes(size.type);
  const bool computed = !begin.constant() || !size.constant();
  Shape out = c.output(0).shape;  // what the exporter has noted
  StridedCopy copy;
  if (!computed) {
    Bounds first, n;
    read_bounds(begin.data, begin_bytes, rank, &first);
    read_bounds(size.data, size_bytes, rank, &n);
    if (!slice(in, first, n, &copy)) return c.fail_input(kBegin, Code::kBadValue);
    out = moved_shape(copy);
  }
  if (out.rank != in.rank) return c.fail_output(0, Code::kShapeMismatch);
  MIDGE_TRY(c.set_output_shape(0, out));
  SliceData* p;
  MIDGE_TRY(c.allocate(&p, computed ? sizeof(ComputedSlice) : 0));
  set_target(out, c.output(0).type, &copy);
  *p = SliceData{copy, computed ? 1u : 0u};
  if (computed) *reinterpret_cast<ComputedSlice*>(p + 1) = ComputedSlice{in, begin_bytes, size_bytes};
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const SliceData& p = c.data<SliceData>();
  StridedCopy copy = p.copy;
  if (p.computed != 0) {
    const ComputedSlice& s = *reinterpret_cast<const ComputedSlice*>(&p + 1);
    Bounds begin, size;
    read_bounds(c.input<void>(kBegin), s.begin_bytes, static_cast<uint32_t>(s.in.rank), &begin);
    read_bounds(c.input<void>(kSize), s.size_bytes, static_cast<uint32_t>(s.in.rank), &size);
    if (!slice(s.in, begin, size, &copy) || moved_shape(copy) != moved_shape(p.copy)) return Code::kBadData;
  }
  strided_copy(copy, c.input<uint8_t>(0), c.output<uint8_t>(0));
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(slice, midge::kAll)
