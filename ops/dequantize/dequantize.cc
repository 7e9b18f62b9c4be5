// DEQUANTIZE: prepare and eval.
#include "ops/dequantize/dequantize.h"

#include "base/float16.h"
#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) { return prepare_affine(c, c.input(0)); }

template <class From>
Status eval(const EvalContext& c) {
  const From* in = c.input<From>(0);
  float* out = c.output<float>(0);
  for_each_scaled(c.data<Affine>(), [&](int32_t i, AffineScale a) { out[i] = static_cast<float>(in[i] - a.zero_point) * a.scale; });
  return Code::kOk;
}

/// Elements of less than a byte, the first in the lowest bits.
template <int32_t kBits, bool kSigned>
Status eval_packed(const EvalContext& c) {
  constexpr int32_t kMask = (1 << kBits) - 1, kSign = kSigned ? 1 << (kBits - 1) : 0;
  const uint8_t* in = c.input<uint8_t>(0);
  float* out = c.output<float>(0);
  for_each_scaled(c.data<Affine>(), [&](int32_t i, AffineScale a) {
    const int32_t at = i % (8 / kBits) * kBits;
    const int32_t x = ((in[i / (8 / kBits)] >> at & kMask) ^ kSign) - kSign;
    out[i] = static_cast<float>(x - a.zero_point) * a.scale;
  });
  return Code::kOk;
}

Status eval_f16(const EvalContext& c) { return map_elements<uint16_t, float>(c, c.data<Unary>().count, float_of_half); }

constexpr Variant kAll[] = {{Type::kInt8, Type::kNone, Type::kFloat32, prepare, eval<int8_t>},
                            {Type::kUint8, Type::kNone, Type::kFloat32, prepare, eval<uint8_t>},
                            {Type::kInt16, Type::kNone, Type::kFloat32, prepare, eval<int16_t>},
                            {Type::kInt4, Type::kNone, Type::kFloat32, prepare, eval_packed<4, true>},
                            {Type::kUint4, Type::kNone, Type::kFloat32, prepare, eval_packed<4, false>},
                            {Type::kInt2, Type::kNone, Type::kFloat32, prepare, eval_packed<2, true>},
                            {Type::kFloat16, Type::kNone, Type::kFloat32, prepare_unary, eval_f16}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(dequantize, midge::kAll)
