// Poolings against the plain formula, int8 exactly and float32 exactly (the sum runs in the same order).
#pragma once
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
  for (int32_t i = 0; i < in.shape.count(); ++i) x[i] = static_cast<T>(random.between(-128, 127));
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
  r.equal(in.type == Type::kInt8 ? "int8" : "float32", expected, m.out<T>(), out.shape.count());
}

/// Both types: scale 0.5, zero point -4, so that the activations' bounds are whole numbers.
template <class Fold, class FinishS8, class FinishF32>
void check_pools(Report& r, const OpRegistration& op, double first, Fold fold, FinishS8 finish_s8, FinishF32 finish_f32) {
  const TensorSpec s8{Type::kInt8, Shape(), 0.5f, -4}, f32{Type::kFloat32, Shape()};
  for (const PoolCase& k : kPoolCases) {
    const bool open = k.activation == Activation::kNone, n1 = k.activation == Activation::kReluN1To1, six = k.activation == Activation::kRelu6;
    if (r.next_case()) {
      check_pool<int8_t, int32_t>(r, op, k, s8, s8, static_cast<int32_t>(max(first, -128.0)), open ? -128 : (n1 ? -6 : -4),
                                  six ? 8 : (n1 ? -2 : 127), fold, finish_s8);
    }
    if (r.next_case()) {
      check_pool<float, float>(r, op, k, f32, f32, static_cast<float>(first), open ? -1e30f : (n1 ? -1.0f : 0.0f),
                               six ? 6.0f : (n1 ? 1.0f : 1e30f), fold, finish_f32);
    }
  }
}

}  // namespace testing
}  // namespace midge
