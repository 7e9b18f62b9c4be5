// FILL: prepare and eval.
#include "ops/fill/fill.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kDims = 0, kValue = 1;

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2, 1, kDims));
  MIDGE_TRY(check_movable(c, kValue));
  if (c.input(kValue).shape.rank != 0) return c.fail_input(kValue, Code::kUnsupportedRank);
  CheckedInts dims;
  Shape shape;
  MIDGE_TRY(read_shape(c, kDims, &dims, &shape));
  MIDGE_TRY(c.set_output_shape(0, shape));
  FillData* p;
  MIDGE_TRY(c.allocate(&p));
  const Tensor out = c.output(0);
  *p = FillData{out.bytes, type_bytes(out.type), dims};
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const FillData& p = c.data<FillData>();
  MIDGE_TRY(check_ints(c, kDims, p.dims));
  uint8_t* out = c.output<uint8_t>(0);
  memmove(out, c.input<uint8_t>(kValue), p.element_bytes);
  for (uint32_t done = p.element_bytes; done < p.bytes;) {  // what is there already, again and again
    const uint32_t n = min(done, p.bytes - done);
    memcpy(out + done, out, n);
    done += n;
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(fill, midge::kAll)
