// DEQUANTIZE: exactly (in - zero_point) * scale in single precision, over the ends of each type.
#include "ops/testing_unary.h"

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

/// Seven elements of `bits`, the first in the lowest ones.
void check_packed(Report& r, Type type, int32_t bits, int32_t low) {
  OneOp m;
  m.input({type, shape_of(7), 0.25f, 1});
  m.output({Type::kFloat32, shape_of(7)});
  if (!r.expect_ok(m.prepare(ops::dequantize), "prepare packed")) return;
  Random random = r.random();
  uint8_t packed[4] = {};
  float expected[7];
  for (int32_t i = 0; i < 7; ++i) {
    const int32_t q = random.between(low, low + (1 << bits) - 1);
    packed[i * bits / 8] = static_cast<uint8_t>(packed[i * bits / 8] | (q & ((1 << bits) - 1)) << i * bits % 8);
    expected[i] = static_cast<float>(q - 1) * 0.25f;
  }
  memcpy(m.in<uint8_t>(0), packed, static_cast<size_t>((7 * bits + 7) / 8));
  r.expect_ok(m.invoke(), "invoke packed");
  r.equal("packed", expected, m.out<float>(), 7);
}

/// Channels along the last dimension.
void check_channels(Report& r) {
  constexpr float kScales[] = {0.5f, 0.3f, 2.0f};
  TensorSpec in = {Type::kInt8, shape_of(4, 3)};
  in.channel_scales = kScales, in.channels = 3, in.dimension = 1;
  OneOp m;
  m.input(in);
  m.output({Type::kFloat32, shape_of(4, 3)});
  if (!r.expect_ok(m.prepare(ops::dequantize), "prepare channels")) return;
  float expected[12];
  for (int32_t i = 0; i < 12; ++i) {
    m.in<int8_t>(0)[i] = static_cast<int8_t>(i * 7 - 40);
    expected[i] = static_cast<float>(i * 7 - 40) * kScales[i % 3];
  }
  r.expect_ok(m.invoke(), "invoke channels");
  r.equal("channels", expected, m.out<float>(), 12);
  in.dimension = 0;
  check_refused(r, ops::dequantize, in, {Type::kFloat32, shape_of(4, 3)}, Code::kQuantization, "three scales for four channels");
  in.dimension = 2;
  check_refused(r, ops::dequantize, in, {Type::kFloat32, shape_of(4, 3)}, Code::kQuantization, "channels along no dimension");
}

void check_f16(Report& r) {
  OneOp m;
  m.input({Type::kFloat16, shape_of(6)});
  m.output({Type::kFloat32, shape_of(6)});
  if (!r.expect_ok(m.prepare(ops::dequantize), "prepare float16")) return;
  constexpr uint16_t kIn[] = {0x3c00, 0xc000, 0x0001, 0x7bff, 0x8000, 0x7c00};
  constexpr float kExpected[] = {1, -2, 5.9604644775390625e-8f, 65504, 0, __builtin_inff()};
  memcpy(m.in<uint16_t>(0), kIn, sizeof kIn);
  r.expect_ok(m.invoke(), "invoke float16");
  r.equal("float16", kExpected, m.out<float>(), 6);
}

}  // namespace

void test_dequantize(Report& r) {
  constexpr int32_t kZeros[] = {-128, 0, 127};
  for (const int32_t zero : kZeros) {
    if (r.next_case()) check<int8_t>(r, Type::kInt8, -128, 127, {0.037f, zero});
    if (r.next_case()) check<uint8_t>(r, Type::kUint8, 0, 255, {0.037f, zero + 128});
    if (r.next_case()) check<int16_t>(r, Type::kInt16, -32768, 32767, {0.00031f, zero});
    if (r.next_case()) check_packed(r, Type::kInt4, 4, -8);
    if (r.next_case()) check_packed(r, Type::kUint4, 4, 0);
    if (r.next_case()) check_packed(r, Type::kInt2, 2, -2);
  }
  if (r.next_case()) check_channels(r);
  if (r.next_case()) check_f16(r);
  if (r.next_case()) {
    check_refused(r, ops::dequantize, {Type::kInt8, shape_of(4)}, {Type::kFloat32, shape_of(4)}, Code::kNoScale, "no scale");
    check_refused(r, ops::dequantize, {Type::kInt32, shape_of(4), 0.1f}, {Type::kFloat32, shape_of(4)}, Code::kUnsupportedType, "int32");
  }
}

}  // namespace testing
}  // namespace midge
