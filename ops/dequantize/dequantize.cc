// DEQUANTIZE: prepare and eval.
#include "ops/dequantize/dequantize.h"

#include "ops/common/quantization.h"
#include "ops/common/unary.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  const Tensor in = c.input(0);
  MIDGE_TRY(check_scale(in));
  DequantizeData* p;
  MIDGE_TRY(c.allocate(&p));
  *p = DequantizeData{count, in.zero_point(), in.scale()};
  return Code::kOk;
}

template <class From>
Status eval(const EvalContext& c) {
  const DequantizeData& p = c.data<DequantizeData>();
  const From* in = c.input<From>(0);
  float* out = c.output<float>(0);
  for (int32_t i = 0; i < p.count; ++i) out[i] = static_cast<float>(in[i] - p.zero_point) * p.scale;
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kFloat32, prepare, eval<int8_t>},
                            {Type::kUint8, Type::kNone, Type::kFloat32, prepare, eval<uint8_t>},
                            {Type::kInt16, Type::kNone, Type::kFloat32, prepare, eval<int16_t>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(dequantize, midge::kAll)
