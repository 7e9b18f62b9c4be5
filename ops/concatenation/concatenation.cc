// CONCATENATION: prepare and eval.
#include "ops/concatenation/concatenation.h"

#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kAxis, kActivation };
}
constexpr uint32_t kMostInputs = 0xffff;

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, kMostInputs));
  if (c.options().u8(option::kActivation) != 0) return Code::kUnsupportedActivation;
  Shape out = c.input(0).shape;
  int32_t axis = c.options().i32(option::kAxis);
  if (axis < 0) axis += out.rank;
  if (axis < 0 || axis >= out.rank) return Code::kBadValue;
  int64_t along = 0;
  for (uint32_t i = 0; i < c.input_count(); ++i) {
    if (!c.has_input(i)) return Code::kTensorCount;
    MIDGE_TRY(check_movable(c, i));
    const Tensor part = c.input(i), whole = c.output(0);
    const bool quantized = part.type == Type::kInt8 && part.quantization.count == 1 && whole.quantization.count == 1;
    if (quantized) MIDGE_TRY(check_same_scale(part, whole));
    Shape in = c.input(i).shape;
    if (in.rank != out.rank) return c.fail_input(i, Code::kShapeMismatch);
    along += in[axis];
    in.dims[axis] = out[axis];
    if (in != out) return c.fail_input(i, Code::kShapeMismatch);
  }
  if (along > 0x7fffffff) return c.fail_output(0, Code::kTooLarge);
  out.dims[axis] = static_cast<int32_t>(along);
  MIDGE_TRY(c.set_output_shape(0, out));
  const uint32_t unit = static_cast<uint32_t>(out.product(axis + 1, out.rank)) * type_bytes(c.output(0).type);
  ConcatenationData* p;
  MIDGE_TRY(c.allocate(&p, c.input_count() * 4));
  p->outer = out.product(0, axis);
  p->out_bytes = static_cast<uint32_t>(along) * unit;
  p->inputs = c.input_count();
  uint32_t* sizes = reinterpret_cast<uint32_t*>(p + 1);
  for (uint32_t i = 0; i < p->inputs; ++i) sizes[i] = static_cast<uint32_t>(c.input(i).shape[axis]) * unit;
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const ConcatenationData& p = c.data<ConcatenationData>();
  const uint32_t* sizes = reinterpret_cast<const uint32_t*>(&p + 1);
  uint8_t* start = c.output<uint8_t>(0);
  for (uint32_t i = 0; i < p.inputs; ++i) {
    const uint8_t* in = c.input<uint8_t>(i);
    uint8_t* out = start;
    for (int32_t o = 0; o < p.outer; ++o, in += sizes[i], out += p.out_bytes) memmove(out, in, sizes[i]);
    start += sizes[i];
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(concatenation, midge::kAll)
