// SignalWindow: shifts and numbers of frames, with products that saturate.
#include "ops/testing_signal.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kMost = 3 * 17;

void check(Report& r, const Shape& shape, int32_t size, int32_t shift) {
  Random random = r.random();
  int16_t weights[kMost], expected[kMost];
  random.fill(weights, size);
  OneOp m;
  m.input({Type::kInt16, shape});
  m.input({Type::kInt16, shape_of(size), 0, 0, weights, static_cast<uint32_t>(2 * size)});
  m.output({Type::kInt16, shape});
  if (!r.expect_ok(m.prepare(ops::signal_window, FlexMap().integer("shift", shift).options()), "prepare")) return;
  int16_t* const in = m.in<int16_t>(0);
  random.fill(in, shape.count());
  for (int32_t i = 0; i < shape.count(); ++i) {
    const int64_t product = static_cast<int64_t>(in[i]) * weights[i % size], divisor = INT64_C(1) << shift;
    const int64_t quotient = product / divisor - (product % divisor < 0 ? 1 : 0);  // rounded down
    expected[i] = static_cast<int16_t>(clamp<int64_t>(quotient, -32768, 32767));
  }
  if (r.expect_ok(m.invoke(), "invoke")) r.equal("int16", expected, m.out<int16_t>(), shape.count());
}

Status prepare(int32_t samples, int32_t weights, FlexMap options) {
  OneOp m;
  m.input({Type::kInt16, shape_of(samples)});
  m.input({Type::kInt16, shape_of(weights)});
  m.output({Type::kInt16, shape_of(samples)});
  return m.prepare(ops::signal_window, options.options());
}

}  // namespace

void test_signal_window(Report& r) {
  constexpr int32_t kSizes[] = {1, 5, 17};
  constexpr int32_t kShifts[] = {0, 3, 12, 15, 31};
  for (const int32_t size : kSizes) {
    for (const int32_t shift : kShifts) {
      if (r.next_case()) check(r, shape_of(size), size, shift);
      if (r.next_case()) check(r, shape_of(3, size), size, shift);
      if (r.next_case()) check(r, shape_of(1, 2, size), size, shift);
    }
  }
  if (!r.next_case()) return;
  expect_refused(r, prepare(12, 5, FlexMap().integer("shift", 12)), Code::kShapeMismatch, "a broken frame");
  expect_refused(r, prepare(10, 5, FlexMap().integer("shift", 32)), Code::kUnsupportedOption, "a shift of 32");
  expect_refused(r, prepare(10, 5, FlexMap().integer("shift", -1)), Code::kUnsupportedOption, "a negative shift");
  expect_refused(r, prepare(10, 5, FlexMap().integer("shaft", 12)), Code::kUnsupportedOption, "no shift");
  expect_refused(r, prepare(10, 5, FlexMap().real("shift", 12)), Code::kUnsupportedOption, "a real shift");
}

}  // namespace testing
}  // namespace midge
