// BATCH_MATMUL: prepare and eval.
#include "ops/batch_matmul/batch_matmul.h"

#include "kernels/hybrid/quantize_input.h"
#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

namespace option {
enum : uint32_t { kAdjX, kAdjY, kAsymmetricInputs };
}

constexpr int32_t kLargestWideShift = 14;  // of a 64-bit accumulator's multiplier

Shape batches_of(const Shape& s) {
  Shape batches = s;
  batches.rank = s.rank - 2;
  return batches;
}

Status prepare_shape(PrepareContext& c, BatchMatMulShape* s) {
  MIDGE_TRY(c.expect(2, 2));
  const Shape a = c.input(0).shape, b = c.input(1).shape;
  if (a.rank < 2) return c.fail_input(0, Code::kUnsupportedRank);
  if (b.rank < 2) return c.fail_input(1, Code::kUnsupportedRank);
  const bool adj_x = c.options().boolean(option::kAdjX), adj_y = c.options().boolean(option::kAdjY);
  const int32_t a_last = a[a.rank - 1], a_other = a[a.rank - 2], b_last = b[b.rank - 1], b_other = b[b.rank - 2];
  s->rows = adj_x ? a_last : a_other;
  s->depth = adj_x ? a_other : a_last;
  s->columns = adj_y ? b_other : b_last;
  if (s->depth != (adj_y ? b_last : b_other)) return c.fail_input(1, Code::kShapeMismatch);
  s->a_row = adj_x ? 1 : a_last;
  s->a_depth = adj_x ? a_last : 1;
  s->b_column = adj_y ? b_last : 1;
  s->b_depth = adj_y ? 1 : b_last;
  Shape out;
  if (!plan_broadcast(batches_of(a), batches_of(b), &out, &s->batches).ok()) return c.fail_input(1, Code::kShapeMismatch);
  out.dims[out.rank] = s->rows, out.dims[out.rank + 1] = s->columns;
  out.rank += 2;
  return c.set_output_shape(0, out);
}

/// Calls f(output, row of a, column of b) for each output in order; the latter two are the first of `depth` elements.
template <class F>
void for_each_output(const BatchMatMulShape& s, F f) {
  for_each_pair(s.batches, [&](int32_t o, int32_t i, int32_t j) {
    int32_t at = o * s.rows * s.columns;
    for (int32_t m = 0; m < s.rows; ++m) {
      for (int32_t n = 0; n < s.columns; ++n) f(at++, i * s.rows * s.depth + m * s.a_row, j * s.columns * s.depth + n * s.b_column);
    }
  });
}

template <class Sum, class A, class B>
Sum dot(const BatchMatMulShape& s, const A* a, const B* b, int32_t a_offset, int32_t b_offset) {
  Sum sum = 0;
  for (int32_t k = 0; k < s.depth; ++k, a += s.a_depth, b += s.b_depth) sum += (*a + a_offset) * (*b + b_offset);
  return sum;
}

// -- integers

Status prepare_q(PrepareContext& c) {
  BatchMatMulShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  const Tensor a = c.input(0), b = c.input(1), out = c.output(0);
  const bool wide = a.type == Type::kInt16;
  const Tensor* const tensors[] = {&a, &b, &out};
  for (const Tensor* t : tensors) {
    MIDGE_TRY(check_scale(*t));
    if (wide && t->zero_point() != 0) return Status(Code::kQuantization, Place::kTensor, t->index);
  }
  BatchMatMulQ* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  p->a_offset = -a.zero_point();
  p->b_offset = -b.zero_point();
  p->out.offset = out.zero_point();
  p->out.low = wide ? -32768 : -128;
  p->out.high = wide ? 32767 : 127;
  // The contract takes the product of the two scales in single precision.
  const Status status = quantize_ratio(a.scale() * b.scale(), 1, out.scale(), 0, &p->multiplier);
  return status.ok() && !(wide && p->multiplier.shift > kLargestWideShift) ? Status() : c.fail_output(0, Code::kScaleRange);
}

Status eval_s8(const EvalContext& c) {
  const BatchMatMulQ& p = c.data<BatchMatMulQ>();
  const int8_t *a = c.input<int8_t>(0), *b = c.input<int8_t>(1);
  int8_t* out = c.output<int8_t>(0);
  for_each_output(p.shape, [&](int32_t at, int32_t i, int32_t j) {
    const int64_t sum = dot<int64_t>(p.shape, a + i, b + j, p.a_offset, p.b_offset);
    out[at] = requantize(static_cast<int32_t>(sum), p.multiplier.value, p.multiplier.shift, p.out);
  });
  return Code::kOk;
}

template <class B>
Status eval_s16(const EvalContext& c) {
  const BatchMatMulQ& p = c.data<BatchMatMulQ>();
  const int16_t* a = c.input<int16_t>(0);
  const B* b = c.input<B>(1);
  int16_t* out = c.output<int16_t>(0);
  for_each_output(p.shape, [&](int32_t at, int32_t i, int32_t j) {
    const int64_t sum = dot<int64_t>(p.shape, a + i, b + j, 0, 0);
    out[at] = static_cast<int16_t>(clamp(multiply_wide(sum, p.multiplier.value, p.multiplier.shift), p.out.low, p.out.high));
  });
  return Code::kOk;
}

// -- float32, and int32 sums

Status prepare_plain(PrepareContext& c) {
  BatchMatMulShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  BatchMatMulShape* p;
  MIDGE_TRY(c.allocate(&p));
  *p = shape;
  return Code::kOk;
}

Status eval_s32(const EvalContext& c) {
  const BatchMatMulShape& s = c.data<BatchMatMulShape>();
  const int8_t *a = c.input<int8_t>(0), *b = c.input<int8_t>(1);
  int32_t* out = c.output<int32_t>(0);
  for_each_output(s, [&](int32_t at, int32_t i, int32_t j) { out[at] = static_cast<int32_t>(dot<int64_t>(s, a + i, b + j, 0, 0)); });
  return Code::kOk;
}

Status eval_f32(const EvalContext& c) {
  const BatchMatMulShape& s = c.data<BatchMatMulShape>();
  const float *a = c.input<float>(0), *b = c.input<float>(1);
  float* out = c.output<float>(0);
  for_each_output(s, [&](int32_t at, int32_t i, int32_t j) {
    float sum = 0;
    for (int32_t k = 0; k < s.depth; ++k) sum += a[i + k * s.a_depth] * b[j + k * s.b_depth];
    out[at] = sum;
  });
  return Code::kOk;
}

// -- hybrid. Scratch: a row of int8 and, where rows of a are not contiguous, one of float32 in front of it.

Status prepare_hybrid(PrepareContext& c) {
  BatchMatMulShape shape;
  MIDGE_TRY(prepare_shape(c, &shape));
  const Tensor b = c.input(1);
  MIDGE_TRY(check_filter_scales(b, shape.columns, b.shape.rank - (c.options().boolean(option::kAdjY) ? 2 : 1)));
  c.request_scratch(static_cast<uint32_t>(shape.depth) * (c.options().boolean(option::kAdjX) ? 5 : 1));
  BatchMatMulHybrid* p;
  MIDGE_TRY(c.allocate(&p));
  p->shape = shape;
  p->b_scales = b.quantization;
  p->symmetric_input = !c.options().boolean(option::kAsymmetricInputs);
  return Code::kOk;
}

Status eval_hybrid(const EvalContext& c) {
  const BatchMatMulHybrid& p = c.data<BatchMatMulHybrid>();
  const BatchMatMulShape& s = p.shape;
  const float* a = c.input<float>(0);
  const int8_t* b = c.input<int8_t>(1);
  float *out = c.output<float>(0), *gathered = static_cast<float*>(c.scratch);
  int8_t* quantized = static_cast<int8_t*>(c.scratch) + (s.a_depth == 1 ? 0 : 4 * s.depth);
  for_each_pair(s.batches, [&](int32_t, int32_t i, int32_t j) {
    for (int32_t m = 0; m < s.rows; ++m) {
      const float* row = a + i * s.rows * s.depth + m * s.a_row;
      if (s.a_depth != 1) {
        for (int32_t k = 0; k < s.depth; ++k) gathered[k] = row[k * s.a_depth];
        row = gathered;
      }
      const HybridScale q = p.symmetric_input != 0 ? quantize_symmetric(row, s.depth, quantized) : quantize_asymmetric(row, s.depth, quantized);
      for (int32_t n = 0; n < s.columns; ++n) {
        const int8_t* column = b + j * s.columns * s.depth + n * s.b_column;
        int32_t sum = 0;
        for (int32_t k = 0; k < s.depth; ++k) sum = wrapping_add(sum, (quantized[k] - q.zero_point) * column[k * s.b_depth]);
        *out++ = static_cast<float>(sum) * (q.scale * p.b_scales.scale(static_cast<uint32_t>(n)));
      }
    }
  });
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kInt8, Type::kInt8, Type::kInt8, prepare_q, eval_s8},
                            {Type::kInt8, Type::kInt8, Type::kInt32, prepare_plain, eval_s32},
                            {Type::kInt16, Type::kInt16, Type::kInt16, prepare_q, eval_s16<int16_t>},
                            {Type::kInt16, Type::kInt8, Type::kInt16, prepare_q, eval_s16<int8_t>},
                            {Type::kFloat32, Type::kFloat32, Type::kFloat32, prepare_plain, eval_f32},
                            {Type::kFloat32, Type::kInt8, Type::kFloat32, prepare_hybrid, eval_hybrid}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(batch_matmul, midge::kAll)
