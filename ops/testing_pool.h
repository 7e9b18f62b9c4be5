// Poolings against the plain formula, integers exactly and float32 exactly (the sum runs in the same order).
#pragma once
#include "ops/common/quantization.h"
#include "tests/one_op.h"

namespace midge {
namespace testing {

struct PoolCase {
  int32_t batches, in_h, in_w, channels, filter_h, filter_w, stride_h, stride_w;
  Padding padding;
  Activation activation;
};
constexpr PoolCase kPoolCases[] = {
    {1, 4, 4, 1, 2, 2, 2, 2, Padding::kValid, Activation::kNone}, {2, 5, 7, 3, 3, 2, 1, 2, Padding::kSame, Activation::kNone},
    {1, 6, 5, 9, 5, 1, 2, 3, Padding::kSame, Activation::kRelu},  {3, 3, 3, 4, 3, 3, 1, 1, Padding::kSame, Activation::kRelu6},
    {1, 7, 7, 2, 7, 7, 1, 1, Padding::kValid, Activation::kNone}, {1, 1, 9, 17, 1, 4, 1, 1, Padding::kSame, Activation::kReluN1To1},
    {2, 2, 2, 5, 9, 9, 3, 3, Padding::kSame, Activation::kNone},
};
constexpr int32_t kMostPool = 300;

/// fold(window's elements so far, next element), finish(folded, count), both on A; T are the tensors' elements.
template <class T, class A, class Fold, class Finish>
void check_pool(Report& r, const OpRegistration& op, const PoolCase& k, TensorSpec in, TensorSpec out, A first, A low, A high, Fold fold,
                Finish finish) {
  const bool same = k.padding == Padding::kSame;
  const int32_t out_h = same ? (k.in_h + k.stride_h - 1) / k.stride_h : (k.in_h - k.filter_h) / k.stride_h + 1;
  const int32_t out_w = same ? (k.in_w + k.stride_w - 1) / k.stride_w : (k.in_w - k.filter_w) / k.stride_w + 1;
  const int32_t top = same ? max((out_h - 1) * k.stride_h + k.filter_h - k.in_h, int32_t{0}) / 2 : 0;
  const int32_t left = same ? max((out_w - 1) * k.stride_w + k.filter_w - k.in_w, int32_t{0}) / 2 : 0;
  in.shape = shape_of(k.batches, k.in_h, k.in_w, k.channels);
  out.shape = shape_of(k.batches, out_h, out_w, k.channels);
  OneOp m;
  m.input(in);
  m.output(out);
  const Options options = Options()
                              .u8(0, static_cast<int32_t>(k.padding))
                              .i32(1, k.stride_w)
                              .i32(2, k.stride_h)
                              .i32(3, k.filter_w)
                              .i32(4, k.filter_h)
                              .u8(5, static_cast<int32_t>(k.activation));
  if (!r.expect_ok(m.prepare(op, options), "prepare")) return;
  Random random = r.random();
  T expected[kMostPool];
  T* const x = m.in<T>(0);
  for (int32_t i = 0; i < in.shape.count(); ++i) x[i] = static_cast<T>(random.between(in.zero_point - 128, in.zero_point + 127));
  for (int32_t i = 0; i < out.shape.count(); ++i) {
    const int32_t c = i % k.channels, ox = i / k.channels % out_w, oy = i / k.channels / out_w % out_h, b = i / k.channels / out_w / out_h;
    A folded = first;
    int32_t count = 0;
    for (int32_t tap = 0; tap < k.filter_h * k.filter_w; ++tap) {
      const int32_t y = oy * k.stride_h - top + tap / k.filter_w, xx = ox * k.stride_w - left + tap % k.filter_w;
      if (y < 0 || y >= k.in_h || xx < 0 || xx >= k.in_w) continue;
      folded = fold(folded, static_cast<A>(x[((b * k.in_h + y) * k.in_w + xx) * k.channels + c]));
      ++count;
    }
    expected[i] = static_cast<T>(clamp(finish(folded, count), low, high));
  }
  r.expect_ok(m.invoke(), "invoke");
  r.equal("pooled", expected, m.out<T>(), out.shape.count());
}

/// Scale 0.5, so that the activations' bounds are whole numbers from the zero point.
template <class T, class Fold, class Finish>
void check_pools_q(Report& r, const OpRegistration& op, Type type, int32_t zero, int32_t first, Fold fold, Finish finish) {
  const IntegerRange range = range_of(type);
  const TensorSpec spec{type, Shape(), 0.5f, zero};
  for (const PoolCase& k : kPoolCases) {
    if (!r.next_case()) continue;
    const bool n1 = k.activation == Activation::kReluN1To1;
    const int32_t low = k.activation == Activation::kNone ? range.low : zero - (n1 ? 2 : 0);
    const int32_t high = k.activation == Activation::kRelu6 ? zero + 12 : (n1 ? zero + 2 : range.high);
    check_pool<T, int32_t>(r, op, k, spec, spec, first, low, high, fold, finish);
  }
}

template <class Fold, class Finish>
void check_pools_f32(Report& r, const OpRegistration& op, float first, Fold fold, Finish finish) {
  const TensorSpec spec{Type::kFloat32, Shape()};
  for (const PoolCase& k : kPoolCases) {
    if (!r.next_case()) continue;
    const bool n1 = k.activation == Activation::kReluN1To1;
    const float low = k.activation == Activation::kNone ? -1e30f : (n1 ? -1.0f : 0.0f);
    const float high = k.activation == Activation::kRelu6 ? 6.0f : (n1 ? 1.0f : 1e30f);
    check_pool<float, float>(r, op, k, spec, spec, first, low, high, fold, finish);
  }
}

/// All types.
template <class Fold, class FinishQ, class FinishF32>
void check_pools(Report& r, const OpRegistration& op, double first, Fold fold, FinishQ finish_q, FinishF32 finish_f32) {
  const int32_t first_q = static_cast<int32_t>(max(first, -32768.0));
  check_pools_q<int8_t>(r, op, Type::kInt8, -4, first_q, fold, finish_q);
  check_pools_q<int16_t>(r, op, Type::kInt16, 0, first_q, fold, finish_q);
  check_pools_q<uint8_t>(r, op, Type::kUint8, 120, first_q, fold, finish_q);
  check_pools_f32(r, op, static_cast<float>(first), fold, finish_f32);
}

/// What prepare() refuses: an int16 window whose sum may pass 32 bits, a stride of 0, a tensor of rank 3.
inline void check_pool_refusals(Report& r, const OpRegistration& op, Type type) {
  const auto prepared = [&](const Shape& in, const Shape& out, int32_t stride, int32_t filter) {
    OneOp m;
    const float scale = type == Type::kFloat32 ? 0.0f : 0.5f;
    m.input({type, in, scale});
    m.output({type, out, scale});
    return m.prepare(op, Options().u8(0, static_cast<int32_t>(Padding::kValid)).i32(1, stride).i32(2, 1).i32(3, filter).i32(4, filter)).code();
  };
  if (!r.next_case()) return;
  r.expect(prepared(shape_of(1, 4, 4, 1), shape_of(1, 3, 3, 1), 1, 2) == Code::kOk, "a small window is taken");
  r.expect(prepared(shape_of(1, 4, 4, 1), shape_of(1, 3, 3, 1), 0, 2) == Code::kUnsupportedOption, "a stride of 0 is refused");
  r.expect(prepared(shape_of(1, 4, 4, 1), shape_of(1, 3, 3, 1), 1, 5) == Code::kShapeMismatch, "a window larger than the input is refused");
  r.expect(prepared(shape_of(4, 4, 1), shape_of(3, 3, 1), 1, 2) == Code::kUnsupportedRank, "rank 3 is refused");
  if (type == Type::kInt16)
    r.expect(prepared(shape_of(1, 256, 256, 1), shape_of(1, 1, 1, 1), 1, 256) == Code::kTooLarge, "a window of 65,536 is refused");
}

}  // namespace testing
}  // namespace midge
