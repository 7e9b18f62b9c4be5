// CUMSUM along each axis of a tensor of rank 3, inclusive and exclusive, both ways, against adding up from each element: exactly; int8,
// which starts from minus the zero point, within a step.
#include "ops/testing_elementwise.h"
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kCount = 60;

struct SumCase {
  int32_t axis;
  bool exclusive, reverse, computed_axis;
};

/// element(x): what is added up, from `first`; output(sum): the expected output.
template <class T, class A, class Element, class Output>
void check(Report& r, const SumCase& k, Type type, Quant in, Quant out, int32_t low, int32_t high, A first, T tolerance, Element element,
           Output output) {
  const Shape shape = shape_of(3, 4, 5);
  OneOp m;
  m.input({type, shape, in.scale, in.zero_point});
  if (k.computed_axis) {
    m.input({Type::kInt32, Shape()});
  } else {
    m.input({Type::kInt32, Shape(), 0, 0, &k.axis, 4});
  }
  m.output({type, shape, out.scale, out.zero_point});
  if (!r.expect_ok(m.prepare(ops::cumsum, Options().u8(0, k.exclusive).u8(1, k.reverse)), "prepare")) return;
  Random random = r.random();
  T* const x = m.in<T>(0);
  for (int32_t i = 0; i < kCount; ++i) x[i] = static_cast<T>(random.between(low, high));
  if (k.computed_axis) *m.in<int32_t>(1) = k.axis;
  const int32_t along = k.axis < 0 ? k.axis + 3 : k.axis;
  T expected[kCount];
  for (int32_t i = 0; i < kCount; ++i) {
    int32_t position[kMaxRank] = {};
    position_of(shape, i, position);
    const int32_t here = position[along], begin = k.reverse ? shape[along] - 1 : 0, step = k.reverse ? -1 : 1;
    A sum = first;
    for (int32_t a = begin; a != here + step; a += step) {
      position[along] = a;
      if (a != here || !k.exclusive) sum += element(x[index_of(shape, position)]);
    }
    expected[i] = output(sum);
  }
  if (r.expect_ok(m.invoke(), "invoke")) r.within("sums", expected, m.out<T>(), kCount, tolerance);
}

void check_refusals(Report& r) {
  const int32_t axis[] = {0, 1}, bad[] = {2};
  const auto prepared = [&](const Shape& shape, const Shape& axis_shape, const int32_t* axis_data) {
    OneOp m;
    m.input({Type::kFloat32, shape});
    m.input({Type::kInt32, axis_shape, 0, 0, axis_data, static_cast<uint32_t>(4 * axis_shape.count())});
    m.output({Type::kFloat32, shape});
    return m.prepare(ops::cumsum).code();
  };
  r.expect(prepared(shape_of(2, 3), Shape(), bad) == Code::kBadValue, "axis 2 of rank 2 is refused");
  r.expect(prepared(shape_of(2, 3), shape_of(2), axis) == Code::kShapeMismatch, "two axes are refused");
  r.expect(prepared(Shape(), Shape(), axis) == Code::kUnsupportedRank, "a scalar is refused");
  OneOp m;
  m.input({Type::kFloat32, shape_of(2, 3)});
  m.input({Type::kInt32, Shape()});
  m.output({Type::kFloat32, shape_of(2, 3)});
  if (!r.expect_ok(m.prepare(ops::cumsum), "prepare with a computed axis")) return;
  *m.in<int32_t>(1) = -3;
  r.expect(m.invoke().code() == Code::kBadData, "a computed axis -3 of rank 2 is refused");
}

}  // namespace

void test_cumsum(Report& r) {
  constexpr Quant kNone = {0, 0}, kIn = {0.05f, -10}, kOut = {0.2f, 30};
  for (int32_t axis = -3; axis < 3; ++axis) {
    for (uint32_t i = 0; i < 4; ++i) {
      const SumCase k{axis, i % 2 == 1, i / 2 == 1, i == 0};
      const auto same = [](auto x) { return x; };
      if (r.next_case()) check<float>(r, k, Type::kFloat32, kNone, kNone, -99, 99, 0.0f, 0.0f, same, same);
      const auto wide = [](int64_t x) { return static_cast<uint64_t>(x); };
      const auto low_half = [](uint64_t x) { return static_cast<int32_t>(static_cast<uint32_t>(x)); };
      if (r.next_case()) check<int32_t>(r, k, Type::kInt32, kNone, kNone, INT32_MIN, INT32_MAX, uint64_t{0}, 0, wide, low_half);
      if (r.next_case()) check<int64_t>(r, k, Type::kInt64, kNone, kNone, INT32_MIN, INT32_MAX, int64_t{0}, int64_t{0}, same, same);
      const auto real = [=](int8_t x) { return static_cast<double>(x - kIn.zero_point) * static_cast<double>(kIn.scale); };
      const auto quantized = [=](double sum) { return quantize_double(sum, kOut.scale, kOut.zero_point); };
      if (r.next_case()) {
        check<int8_t>(r, k, Type::kInt8, kIn, kOut, -128, 127, real(0), int8_t{1}, real, quantized);
      }
    }
  }
  if (r.next_case()) check_refusals(r);
}

}  // namespace testing
}  // namespace midge
