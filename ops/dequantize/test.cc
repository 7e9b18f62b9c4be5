// DEQUANTIZE: exactly (in - zero_point) * scale in single precision, over the ends of each type.
#include "ops/testing_elementwise.h"

namespace midge {
namespace testing {
namespace {

template <class From>
void check(Report& r, Type type, int32_t low, int32_t high, Quant in) {
  constexpr int32_t kCount = 64;
  OneOp m;
  m.input({type, shape_of(kCount), in.scale, in.zero_point});
  m.output({Type::kFloat32, shape_of(kCount)});
  if (!r.expect_ok(m.prepare(ops::dequantize), "prepare")) return;
  Random random = r.random();
  float expected[kCount];
  for (int32_t i = 0; i < kCount; ++i) {
    const int32_t q = i == 0 ? low : (i == 1 ? high : random.between(low, high));
    m.in<From>(0)[i] = static_cast<From>(q);
    expected[i] = static_cast<float>(q - in.zero_point) * in.scale;
  }
  r.expect_ok(m.invoke(), "invoke");
  r.equal("float32", expected, m.out<float>(), kCount);
}

}  // namespace

void test_dequantize(Report& r) {
  constexpr int32_t kZeros[] = {-128, 0, 127};
  for (const int32_t zero : kZeros) {
    if (r.next_case()) check<int8_t>(r, Type::kInt8, -128, 127, {0.037f, zero});
    if (r.next_case()) check<uint8_t>(r, Type::kUint8, 0, 255, {0.037f, zero + 128});
    if (r.next_case()) check<int16_t>(r, Type::kInt16, -32768, 32767, {0.00031f, zero});
  }
}

}  // namespace testing
}  // namespace midge
