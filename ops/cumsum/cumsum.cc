// CUMSUM: prepare and eval.
#include "ops/cumsum/cumsum.h"

#include "ops/common/axis.h"
#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kExclusive, kReverse };
}
constexpr int32_t kFractionBits = 19;  // of int8 sums

Status prepare_walk(PrepareContext& c, CumsumData* walk) {
  MIDGE_TRY(c.expect(2, 2));
  const Shape shape = c.input(0).shape;
  if (shape.rank < 1) return c.fail_input(0, Code::kUnsupportedRank);
  const Tensor axis = c.input(1);
  if (axis.shape.count() != 1) return c.fail_input(1, Code::kShapeMismatch);
  AxisShape split;
  if (axis.constant() && !split_at(shape, static_cast<int32_t>(load_u32(axis.data)), &split)) return c.fail_input(1, Code::kBadValue);
  *walk = {shape, c.options().boolean(option::kExclusive), c.options().boolean(option::kReverse)};
  return c.set_output_shape(0, shape);
}

Status prepare_plain(PrepareContext& c) {
  CumsumData walk;
  MIDGE_TRY(prepare_walk(c, &walk));
  CumsumData* p;
  MIDGE_TRY(c.allocate(&p));
  *p = walk;
  return Code::kOk;
}

Status prepare_s8(PrepareContext& c) {
  CumsumData walk;
  MIDGE_TRY(prepare_walk(c, &walk));
  const Tensor in = c.input(0), out = c.output(0);
  MIDGE_TRY(check_scale(in));
  MIDGE_TRY(check_scale(out));
  CumsumS8* p;
  MIDGE_TRY(c.allocate(&p));
  p->walk = walk;
  p->input_offset = -in.zero_point();
  p->out = OutputStage{out.zero_point(), -128, 127};
  const bool fits = quantize_ratio(in.scale(), 1, out.scale(), -kFractionBits, &p->rescale).ok() && p->rescale.shift <= 0;
  return fits ? Status() : c.fail_output(0, Code::kScaleRange);
}

/// add(sum, element), output(sum).
template <class T, class A, class Add, class Output>
Status sum_along(const EvalContext& c, const CumsumData& p, A first, Add add, Output output) {
  AxisShape s;
  if (!split_at(p.shape, *c.input<int32_t>(1), &s)) return Code::kBadData;
  const T* in = c.input<T>(0);
  T* out = c.output<T>(0);
  for_each_line(s, [&](int32_t start) {
    A sum = first;
    for (int32_t i = 0; i < s.size; ++i) {
      const int32_t at = start + (p.reverse != 0 ? s.size - 1 - i : i) * s.inner;
      const A before = sum;
      sum = add(sum, in[at]);
      out[at] = output(p.exclusive != 0 ? before : sum);
    }
  });
  return Code::kOk;
}

Status eval_f32(const EvalContext& c) {
  return sum_along<float>(c, c.data<CumsumData>(), 0.0f, [](float sum, float x) { return sum + x; }, [](float sum) { return sum; });
}

template <class T>
Status eval_integer(const EvalContext& c) {
  return sum_along<T>(c, c.data<CumsumData>(), T{0}, [](T sum, T x) { return wrapping_add(sum, x); }, [](T sum) { return sum; });
}

Status eval_s8(const EvalContext& c) {
  const CumsumS8& p = c.data<CumsumS8>();
  return sum_along<int8_t>(
      c, p.walk, shift_left(p.input_offset, kFractionBits),
      [&](int32_t sum, int8_t x) { return wrapping_add(sum, shift_left(x + p.input_offset, kFractionBits)); },
      [&](int32_t sum) { return requantize(sum, p.rescale.value, p.rescale.shift, p.out); });
}

constexpr Variant kAll[] = {{Type::kFloat32, Type::kInt32, Type::kFloat32, prepare_plain, eval_f32},
                            {Type::kInt32, Type::kInt32, Type::kInt32, prepare_plain, eval_integer<int32_t>},
                            {Type::kInt64, Type::kInt32, Type::kInt64, prepare_plain, eval_integer<int64_t>},
                            {Type::kInt8, Type::kInt32, Type::kInt8, prepare_s8, eval_s8}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(cumsum, midge::kAll)
