// CONCATENATION: one to four inputs of different lengths along each axis, negative ones too; uint8 inputs on scales of their own; what
// is refused.
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

template <class T>
void check(Report& r, Type type, uint32_t inputs, int32_t axis) {
  const int32_t along = axis < 0 ? axis + 3 : axis;
  const float scale = type == Type::kInt8 ? 0.5f : 0.0f;
  Shape in[4], out = shape_of(2, 3, 4);
  OneOp m;
  out.dims[along] = 0;
  for (uint32_t i = 0; i < inputs; ++i) {
    in[i] = shape_of(2, 3, 4);
    in[i].dims[along] = static_cast<int32_t>(i) % 3 + 1;
    out.dims[along] += in[i][along];
    m.input({type, in[i], scale});
  }
  m.output({type, out, scale});
  if (!r.expect_ok(m.prepare(ops::concatenation, Options().i32(0, axis)), "prepare")) return;
  check_moved<T>(r, m, in, inputs, out, 0, [&](const int32_t* p, uint32_t* slot) {
    int32_t from[3] = {p[0], p[1], p[2]};
    while (from[along] >= in[*slot][along]) from[along] -= in[(*slot)++][along];
    return index_of(in[*slot], from);
  });
}

/// Two uint8 inputs, the second one rescaled.
void check_rescaled(Report& r, float in_scale, int32_t in_zero, float out_scale, int32_t out_zero) {
  constexpr int32_t kOuter = 2, kInner = 128;
  OneOp m;
  m.input({Type::kUint8, shape_of(kOuter, 3), out_scale, out_zero});
  m.input({Type::kUint8, shape_of(kOuter, kInner), in_scale, in_zero});
  m.output({Type::kUint8, shape_of(kOuter, 3 + kInner), out_scale, out_zero});
  if (!r.expect_ok(m.prepare(ops::concatenation, Options().i32(0, 1)), "prepare")) return;
  uint8_t expected[kOuter * (3 + kInner)];
  for (int32_t i = 0; i < kOuter * 3; ++i) m.in<uint8_t>(0)[i] = expected[i / 3 * (3 + kInner) + i % 3] = static_cast<uint8_t>(40 * i);
  for (int32_t q = 0; q < kOuter * kInner; ++q) {
    const double x = (q - in_zero) * static_cast<double>(in_scale) / static_cast<double>(out_scale);
    const int32_t rounded = static_cast<int32_t>(x + (x < 0 ? -0.5 : 0.5));
    m.in<uint8_t>(1)[q] = static_cast<uint8_t>(q);
    expected[q / kInner * (3 + kInner) + 3 + q % kInner] = static_cast<uint8_t>(clamp<int32_t>(rounded + out_zero, 0, 255));
  }
  if (r.expect_ok(m.invoke(), "invoke")) r.equal("rescaled", expected, m.out<uint8_t>(), kOuter * (3 + kInner));
}

void check_refused(Report& r, Type type, const Shape& second, float second_scale, const Options& options, Code code) {
  if (!r.next_case()) return;
  OneOp m;
  m.input({type, shape_of(2, 3), 0.5f});
  m.input({type, second, second_scale});
  m.output({type, shape_of(2, 5), 0.5f});
  r.expect(m.prepare(ops::concatenation, options).code() == code, "refused");
}

}  // namespace

void test_concatenation(Report& r) {
  for (uint32_t inputs = 1; inputs <= 4; ++inputs) {
    for (int32_t axis = -3; axis < 3; ++axis) {
      if (r.next_case()) check<int8_t>(r, Type::kInt8, inputs, axis);
      if (r.next_case()) check<float>(r, Type::kFloat32, inputs, axis);
      if (r.next_case()) check<int16_t>(r, Type::kInt16, inputs, axis);
      if (r.next_case()) check<int64_t>(r, Type::kInt64, inputs, axis);
    }
  }
  // In halves and quarters single precision is exact, and every second value is a tie.
  if (r.next_case()) check_rescaled(r, 0.25f, 100, 0.5f, 7);
  if (r.next_case()) check_rescaled(r, 0.5f, 255, 0.25f, 255);
  if (r.next_case()) check_rescaled(r, 2.0f, 3, 0.5f, 0);
  if (r.next_case()) check_rescaled(r, 0.5f, 128, 0.5f, 120);
  const Options axis = Options().i32(0, 1);
  check_refused(r, Type::kInt8, shape_of(2, 2), 0.5f, axis, Code::kOk);
  check_refused(r, Type::kInt8, shape_of(2, 2), 0.25f, axis, Code::kScaleDiffers);
  check_refused(r, Type::kUint8, shape_of(2, 2), 0.25f, axis, Code::kOk);
  check_refused(r, Type::kUint8, shape_of(2, 2), 0, axis, Code::kNoScale);
  check_refused(r, Type::kInt8, shape_of(1, 2), 0.5f, axis, Code::kShapeMismatch);
  check_refused(r, Type::kInt8, shape_of(2), 0.5f, axis, Code::kShapeMismatch);
  check_refused(r, Type::kInt8, shape_of(2, 2), 0.5f, Options().i32(0, 2), Code::kBadValue);
  check_refused(r, Type::kInt8, shape_of(2, 2), 0.5f, Options().i32(0, 1).u8(1, 1), Code::kUnsupportedActivation);
}

}  // namespace testing
}  // namespace midge
