// ADD_N: prepare and eval.
#include "ops/add_n/add_n.h"

#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kMostInputs = 0xffff;
constexpr int32_t kExtraBits = 19;  // of an int8 sum

Status prepare_shape(PrepareContext& c, int32_t* count) {
  MIDGE_TRY(c.expect(2, kMostInputs));
  const Tensor first = c.input(0);
  for (uint32_t i = 1; i < c.input_count(); ++i) {
    if (!c.has_input(i)) return Code::kTensorCount;
    if (c.input(i).type != first.type) return c.fail_input(i, Code::kUnsupportedType);
    if (c.input(i).shape != first.shape) return c.fail_input(i, Code::kShapeMismatch);
  }
  *count = first.shape.count();
  return c.set_output_shape(0, first.shape);
}

Status prepare(PrepareContext& c) {
  int32_t count;
  MIDGE_TRY(prepare_shape(c, &count));
  AddNData* p;
  MIDGE_TRY(c.allocate(&p));
  p->count = count;
  return Code::kOk;
}

Status prepare_s8(PrepareContext& c) {
  int32_t count;
  MIDGE_TRY(prepare_shape(c, &count));
  const Tensor first = c.input(0), out = c.output(0);
  MIDGE_TRY(check_scale(first));
  MIDGE_TRY(check_scale(out));
  for (uint32_t i = 1; i < c.input_count(); ++i) {
    const Tensor other = c.input(i);
    MIDGE_TRY(check_scale(other));
    if (other.scale() != first.scale() || other.zero_point() != first.zero_point()) return c.fail_input(i, Code::kScaleDiffers);
  }
  AddNS8* p;
  MIDGE_TRY(c.allocate(&p));
  p->count = count;
  p->input_offset = -first.zero_point();
  p->start = c.contract() == Contract::kTflm ? p->input_offset : 0;
  p->out = {out.zero_point(), -128, 127};
  const bool fits = quantize_ratio(first.scale(), 1, out.scale(), -kExtraBits, &p->result).ok();
  return fits && p->result.shift <= 0 ? Status() : c.fail_output(0, Code::kScaleRange);
}

Status eval_s8(const EvalContext& c) {
  const AddNS8& p = c.data<AddNS8>();
  int8_t* out = c.output<int8_t>(0);
  for (int32_t i = 0; i < p.count; ++i) {
    int32_t sum = shift_left(p.start, kExtraBits);
    for (uint32_t k = 0; k < c.inputs.count; ++k) sum = wrapping_add(sum, shift_left(c.input<int8_t>(k)[i] + p.input_offset, kExtraBits));
    out[i] = requantize(sum, p.result.value, p.result.shift, p.out);
  }
  return Code::kOk;
}

Status eval_s32(const EvalContext& c) {
  int32_t* out = c.output<int32_t>(0);
  for (int32_t i = 0; i < c.data<AddNData>().count; ++i) {
    int32_t sum = 0;
    for (uint32_t k = 0; k < c.inputs.count; ++k) sum = wrapping_add(sum, c.input<int32_t>(k)[i]);
    out[i] = sum;
  }
  return Code::kOk;
}

Status eval_f32(const EvalContext& c) {
  float* out = c.output<float>(0);
  for (int32_t i = 0; i < c.data<AddNData>().count; ++i) {
    float sum = c.input<float>(0)[i];
    for (uint32_t k = 1; k < c.inputs.count; ++k) sum += c.input<float>(k)[i];
    out[i] = sum;
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kInt8, Type::kInt8, prepare_s8, eval_s8},
                            {Type::kInt32, Type::kInt32, Type::kInt32, prepare, eval_s32},
                            {Type::kFloat32, Type::kFloat32, Type::kFloat32, prepare, eval_f32}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(add_n, midge::kAll)
