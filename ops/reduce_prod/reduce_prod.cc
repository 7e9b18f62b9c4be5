// REDUCE_PROD: prepare and eval.
#include "ops/reduce_prod/reduce_prod.h"

#include "base/float_math_nearest.h"
#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

/// scale / root, the quotient as double precision has it.
Status step_of(float scale, double root, Multiplier* out) {
  uint64_t bits;
  memcpy(&bits, &root, sizeof bits);
  constexpr uint64_t kHiddenBit = UINT64_C(1) << 52;
  const int32_t exponent = static_cast<int32_t>(bits >> 52) - 1075;
  MIDGE_TRY(quantize_ratio_by_integer(scale, 1, (bits & (kHiddenBit - 1)) | kHiddenBit, -exponent, out));
  return out->shift <= 14 ? Status() : Code::kScaleRange;
}

/// int8 and int16.
Status prepare_q(PrepareContext& c) {
  Reduction shape;
  MIDGE_TRY(prepare_reduction(c, &shape));
  const Tensor in = c.input(0), out = c.output(0);
  ProductQ* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  if (in.quantization.count == 0) return Code::kOk;
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_scale(out));
  const IntegerRange range = range_of(out.type);
  p->quantized = 1;
  p->input_zero_point = in.zero_point();
  p->out = OutputStage{out.zero_point(), range.low, range.high};
  return step_of(in.scale(), nth_root(out.scale(), shape.count), &p->step).ok() ? Status() : c.fail_output(0, Code::kScaleRange);
}

Status prepare_plain(PrepareContext& c) {
  MIDGE_TRY(c.expect(2, 2, 1, 1));
  if (c.input(0).quantization.count != 0) return c.fail_input(0, Code::kUnsupportedType);
  return prepare_fold(c);
}

template <class T>
T product(T a, T x) {
  return static_cast<T>(wrapping_mul(int64_t{a}, int64_t{x}));
}

template <class T>
Status eval_q(const EvalContext& c) {
  const ProductQ& p = c.data<ProductQ>();
  const T* in = c.input<T>(0);
  T* out = c.output<T>(0);
  if (p.quantized == 0) {
    reduce(p.shape, in, T{1}, product<T>, [out](int32_t o, T folded) { out[o] = folded; });
    return Code::kOk;
  }
  struct Product {
    bool begun;
    int32_t value;
  };
  reduce(
      p.shape, in, Product{false, 0},
      [&](Product a, T x) {
        const int32_t factor = x - p.input_zero_point;
        return Product{true, a.begun ? multiply_wide(int64_t{a.value} * factor, p.step.value, p.step.shift) : factor};
      },
      [&](int32_t o, Product a) {
        const int32_t scaled = multiply_wide(a.value, p.step.value, p.step.shift);
        out[o] = static_cast<T>(clamp(wrapping_add(scaled, p.out.offset), p.out.low, p.out.high));
      });
  return Code::kOk;
}

template <class T>
Status eval_integer(const EvalContext& c) {
  return eval_fold(c, T{1}, product<T>);
}

Status eval_f32(const EvalContext& c) {
  return eval_fold(c, 1.0f, [](float a, float x) { return a * x; });
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kInt32, Type::kInt8, prepare_q, eval_q<int8_t>},
                            {Type::kInt16, Type::kInt32, Type::kInt16, prepare_q, eval_q<int16_t>},
                            {Type::kUint8, Type::kInt32, Type::kUint8, prepare_plain, eval_integer<uint8_t>},
                            {Type::kFloat32, Type::kInt32, Type::kFloat32, prepare_fold, eval_f32},
                            {Type::kInt32, Type::kInt32, Type::kInt32, prepare_fold, eval_integer<int32_t>},
                            {Type::kInt64, Type::kInt32, Type::kInt64, prepare_fold, eval_integer<int64_t>},
                            {Type::kBool, Type::kInt32, Type::kBool, prepare_fold, eval_fold_min<uint8_t>}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(reduce_prod, midge::kAll)
