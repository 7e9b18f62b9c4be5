// TANH: 8 bits and int16 within a step or two of the function in double, and float32 within 2^-22.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_tanh(Report& r) {
  const auto f = [](double x) { return tanh_double(x); };
  constexpr Quant kIn[] = {{0.05f, 0}, {0.001f, -128}, {0.06f, 127}, {0.1f, -20}, {1.0f, 3}};
  for (const Quant in : kIn) {
    for (const Contract contract : kContracts) {
      if (r.next_case()) check_unary_q<int8_t>(r, ops::tanh, {in, {1.0f / 128, 0}, Options(), contract}, f);
    }
    if (r.next_case()) check_unary_q<uint8_t>(r, ops::tanh, {{in.scale, in.zero_point + 128}, {1.0f / 128, 128}}, f);
  }
  // A scale of 2^-12, one of 2^-11, one near it, others.
  constexpr float kIn16[] = {1.0f / 4096, 1.0f / 2048, 1.0002f / 4096, 0.0001f, 0.0003f, 0.001f, 0.1f};
  for (const float scale : kIn16) {
    if (r.next_case()) check_unary_q<int16_t>(r, ops::tanh, {{scale, 0}, {1.0f / 32768, 0}, Options(), Contract::kLitert, 16}, f);
  }
  if (r.next_case()) check_unary_f32(r, ops::tanh, -12, 12, 1.0f / (1 << 22), f);
  if (r.next_case()) {
    check_unary_refusals(r, ops::tanh, Type::kInt8, {0.1f, 0}, {1.0f / 128, 0});
    check_s16_refusals(r, ops::tanh, 0.001f, 1.0f / 32768);
    check_refused(r, ops::tanh, {Type::kInt16, shape_of(4), 0.001f}, {Type::kInt16, shape_of(4), 1.0f / 16384}, Code::kNoScale,
                  "another output scale");
    check_refused(r, ops::tanh, {Type::kInt16, shape_of(4), 9.0f}, {Type::kInt16, shape_of(4), 1.0f / 32768}, Code::kScaleRange,
                  "an input scale of 9");
  }
}

}  // namespace testing
}  // namespace midge
