// PACK: prepare and eval.
#include "ops/pack/pack.h"

#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kCount, kAxis };
}
constexpr uint32_t kMostInputs = 0xffff;

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, kMostInputs));
  const Shape in = c.input(0).shape;
  if (in.rank == kMaxRank) return c.fail_input(0, Code::kBadRank);
  int32_t axis = c.options().i32(option::kAxis);
  if (axis < 0) axis += in.rank + 1;
  if (axis < 0 || axis > in.rank) return Code::kBadValue;
  if (static_cast<uint32_t>(c.options().i32(option::kCount)) != c.input_count()) return Code::kTensorCount;
  for (uint32_t i = 0; i < c.input_count(); ++i) {
    if (!c.has_input(i)) return Code::kTensorCount;
    MIDGE_TRY(check_movable(c, i));
    if (c.input(i).shape != in) return c.fail_input(i, Code::kShapeMismatch);
  }
  Shape out;
  for (int32_t d = 0; d <= in.rank; ++d) {
    out.dims[out.rank++] = d < axis ? in[d] : (d == axis ? static_cast<int32_t>(c.input_count()) : in[d - 1]);
  }
  MIDGE_TRY(c.set_output_shape(0, out));
  PackData* p;
  MIDGE_TRY(c.allocate(&p));
  p->outer = in.product(0, axis);
  p->inner_bytes = static_cast<uint32_t>(in.product(axis, in.rank)) * type_bytes(c.output(0).type);
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const PackData& p = c.data<PackData>();
  const uint32_t n = c.inputs.count;
  for (uint32_t i = 0; i < n; ++i) {
    const uint8_t* in = c.input<uint8_t>(i);
    uint8_t* out = c.output<uint8_t>(0) + i * p.inner_bytes;
    for (int32_t o = 0; o < p.outer; ++o, in += p.inner_bytes, out += n * p.inner_bytes) memmove(out, in, p.inner_bytes);
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(pack, midge::kAll)
