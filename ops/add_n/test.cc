// ADD_N: two to five inputs, exactly for float32 and int32, within a step for int8; TFLM's offset of an int8 sum.
#include "ops/testing_pairs.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kCount = 30;

template <class T>
void check(Report& r, uint32_t inputs, Quant in, Quant out, Contract contract = Contract::kLitert) {
  if (!r.next_case()) return;
  Random random = r.random();
  OneOp m;
  for (uint32_t k = 0; k < inputs; ++k) m.input({Element<T>::kType, shape_of(5, 6), in.scale, in.zero_point});
  m.output({Element<T>::kType, shape_of(5, 6), out.scale, out.zero_point});
  if (!r.expect_ok(m.prepare(ops::add_n, Options(), contract), "prepare")) return;
  int32_t sums[kCount] = {};
  for (uint32_t k = 0; k < inputs; ++k) {
    for (int32_t i = 0; i < kCount; ++i) {
      m.in<T>(k)[i] = static_cast<T>(random.between(-100, 100));
      sums[i] += static_cast<int32_t>(m.in<T>(k)[i]) - in.zero_point;
    }
  }
  T expected[kCount];
  for (int32_t i = 0; i < kCount; ++i) {
    if (contract == Contract::kTflm) sums[i] -= in.zero_point;
    expected[i] = static_cast<T>(sums[i]);
    if (in.scale > 0) expected[i] = static_cast<T>(quantize_double(static_cast<double>(in.scale) * sums[i], out.scale, out.zero_point));
  }
  r.expect_ok(m.invoke(), "invoke");
  r.within("sum", expected, m.out<T>(), kCount, static_cast<T>(in.scale > 0 ? 1 : 0));
}

void check_refused_pair(Report& r, const TensorSpec& a, const TensorSpec& b, Code code) { check_refused(r, ops::add_n, a, b, a, code); }

}  // namespace

void test_add_n(Report& r) {
  for (uint32_t inputs = 2; inputs <= 5; ++inputs) {
    check<float>(r, inputs, {0, 0}, {0, 0});
    check<int32_t>(r, inputs, {0, 0}, {0, 0});
    check<int8_t>(r, inputs, {0.05f, 3}, {0.11f, -20});
    check<int8_t>(r, inputs, {0.05f, 3}, {0.11f, -20}, Contract::kTflm);
  }
  const Shape s = shape_of(4);
  check_refused_pair(r, {Type::kFloat32, s}, {Type::kFloat32, shape_of(1)}, Code::kShapeMismatch);
  check_refused_pair(r, {Type::kInt8, s, 0.5f}, {Type::kInt8, s, 0.25f}, Code::kScaleDiffers);
  check_refused_pair(r, {Type::kInt8, s, 0.5f, 1}, {Type::kInt8, s, 0.5f, 2}, Code::kScaleDiffers);
  if (r.next_case()) {
    OneOp m;
    m.input({Type::kFloat32, s});
    m.output({Type::kFloat32, s});
    r.expect(m.prepare(ops::add_n).code() != Code::kOk, "refuses one input");
  }
}

}  // namespace testing
}  // namespace midge
