// SignalOverlapAdd: sizes and steps, saturation at each addition; again after a reset.
#include "ops/testing_signal.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kRows = 2, kFrames = 2, kInferences = 4, kMostSize = 9, kAll = kInferences * kFrames;

int16_t saturated_sum(int16_t a, int16_t b) { return static_cast<int16_t>(clamp<int32_t>(a + b, -32768, 32767)); }
float saturated_sum(float a, float b) { return a + b; }

template <class T>
void check(Report& r, int32_t size, int32_t step) {
  OneOp m;
  m.input({type_of<T>(), shape_of(kRows, kFrames, size)});
  m.output({type_of<T>(), shape_of(kRows, kFrames * step)});
  if (!r.expect_ok(m.prepare(ops::signal_overlap_add, FlexMap().integer("frame_step", step).options()), "prepare")) return;
  for (int32_t round = 0; round < 2; ++round) {
    Random random = r.random();
    T stream[kRows][kAll * kMostSize + kMostSize] = {};
    for (int32_t inference = 0; inference < kInferences; ++inference) {
      T* const in = m.in<T>(0);
      fill_signal(random, in, kRows * kFrames * size);
      T expected[kRows * kFrames * kMostSize];
      for (int32_t row = 0; row < kRows; ++row) {
        T* const now = stream[row] + inference * kFrames * step;
        for (int32_t f = 0; f < kFrames; ++f) {
          for (int32_t i = 0; i < size; ++i) now[f * step + i] = saturated_sum(now[f * step + i], in[(row * kFrames + f) * size + i]);
        }
        memcpy(expected + row * kFrames * step, now, static_cast<uint32_t>(kFrames * step) * sizeof(T));
      }
      if (r.expect_ok(m.invoke(), "invoke")) r.equal("sums", expected, m.out<T>(), kRows * kFrames * step);
    }
    r.expect_ok(m.reset(), "reset");
  }
}

}  // namespace

void test_signal_overlap_add(Report& r) {
  constexpr int32_t kSizes[] = {1, 4, 9};
  for (const int32_t size : kSizes) {
    for (int32_t step = 1; step <= size; ++step) {
      if (r.next_case()) check<int16_t>(r, size, step);
      if (r.next_case()) check<float>(r, size, step);
    }
  }
  if (!r.next_case()) return;
  const auto prepare = [&](const Shape& in, int32_t step) {
    OneOp m;
    m.input({Type::kInt16, in});
    m.output({Type::kInt16, shape_of(4)});
    return m.prepare(ops::signal_overlap_add, FlexMap().integer("frame_step", step).options());
  };
  r.expect_ok(prepare(shape_of(2, 3), 2), "prepare");
  expect_refused(r, prepare(shape_of(2, 3), 4), Code::kUnsupportedOption, "a step longer than the frame");
  expect_refused(r, prepare(shape_of(2, 3), 0), Code::kUnsupportedOption, "no step");
  expect_refused(r, prepare(shape_of(2, 3), 3), Code::kShapeMismatch, "another output");
  expect_refused(r, prepare(shape_of(4), 2), Code::kUnsupportedRank, "one dimension");
}

}  // namespace testing
}  // namespace midge
