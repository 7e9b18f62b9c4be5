// QUANTIZE: from float32 exactly, ties included, saturated; between integer types within a step.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kCount = 64;

template <class To>
void check_from_float(Report& r, Type type, int32_t low, int32_t high, int32_t zero_point) {
  OneOp m;
  m.input({Type::kFloat32, shape_of(kCount)});
  m.output({type, shape_of(kCount), 0.5f, zero_point});
  if (!r.expect_ok(m.prepare(ops::quantize), "prepare")) return;
  Random random = r.random();
  To expected[kCount];
  for (int32_t i = 0; i < kCount; ++i) {
    const int32_t quarters = i < 8 ? i - 4 : random.between(4 * low, 4 * high);  // x / scale = quarters / 2: every second is a tie
    m.in<float>(0)[i] = static_cast<float>(quarters) * 0.25f;
    const int32_t rounded = (quarters + (quarters < 0 ? -1 : 1)) / 2;
    expected[i] = static_cast<To>(clamp(rounded + zero_point, low, high));
  }
  m.in<float>(0)[kCount - 1] = __builtin_inff();
  m.in<float>(0)[kCount - 2] = -3e38f;
  expected[kCount - 1] = static_cast<To>(high), expected[kCount - 2] = static_cast<To>(low);
  r.expect_ok(m.invoke(), "invoke");
  r.equal("from float32", expected, m.out<To>(), kCount);
}

template <class From, class To>
void check_rescale(Report& r, Type from, Type to, int32_t from_low, int32_t from_high, int32_t low, int32_t high, Quant in, Quant out) {
  OneOp m;
  m.input({from, shape_of(kCount), in.scale, in.zero_point});
  m.output({to, shape_of(kCount), out.scale, out.zero_point});
  if (!r.expect_ok(m.prepare(ops::quantize), "prepare")) return;
  Random random = r.random();
  To expected[kCount];
  for (int32_t i = 0; i < kCount; ++i) {
    const int32_t q = i == 0 ? from_low : (i == 1 ? from_high : random.between(from_low, from_high));
    m.in<From>(0)[i] = static_cast<From>(q);
    const double x = (q - in.zero_point) * static_cast<double>(in.scale) / static_cast<double>(out.scale);
    const double y = static_cast<double>(static_cast<int64_t>(x + (x < 0 ? -0.5 : 0.5))) + out.zero_point;
    expected[i] = static_cast<To>(clamp(y, static_cast<double>(low), static_cast<double>(high)));
  }
  r.expect_ok(m.invoke(), "invoke");
  r.within<To>("rescaled", expected, m.out<To>(), kCount, 1);
}

/// Channels along the middle one of three dimensions.
void check_channels(Report& r) {
  constexpr float kScales[] = {0.5f, 0.25f, 2.0f};
  TensorSpec out = {Type::kInt8, shape_of(2, 3, 4)};
  out.channel_scales = kScales, out.channels = 3, out.dimension = 1;
  OneOp m;
  m.input({Type::kFloat32, shape_of(2, 3, 4)});
  m.output(out);
  if (!r.expect_ok(m.prepare(ops::quantize), "prepare channels")) return;
  int8_t expected[24];
  for (int32_t i = 0; i < 24; ++i) {
    m.in<float>(0)[i] = static_cast<float>(i * 2 - 24);
    expected[i] = static_cast<int8_t>(static_cast<float>(i * 2 - 24) / kScales[i / 4 % 3]);
  }
  r.expect_ok(m.invoke(), "invoke channels");
  r.equal("channels", expected, m.out<int8_t>(), 24);
  out.dimension = 2;
  check_refused(r, ops::quantize, {Type::kFloat32, shape_of(2, 3, 4)}, out, Code::kQuantization, "three scales for four channels");
}

void check_4_bits(Report& r, Type type, int32_t low) {
  OneOp m;
  m.input({Type::kFloat32, shape_of(5)});
  m.output({type, shape_of(5), 0.5f, low + 9});
  if (!r.expect_ok(m.prepare(ops::quantize), "prepare 4 bits")) return;
  constexpr float kIn[] = {0, 0.5f, -1, 100, -100};
  for (int32_t i = 0; i < 5; ++i) m.in<float>(0)[i] = kIn[i];
  const int32_t q[] = {low + 9, low + 10, low + 7, low + 15, low};
  uint8_t expected[3] = {};
  for (int32_t i = 0; i < 5; ++i) expected[i / 2] = static_cast<uint8_t>(expected[i / 2] | (q[i] & 15) << i % 2 * 4);
  r.expect_ok(m.invoke(), "invoke 4 bits");
  r.equal("4 bits", expected, m.out<uint8_t>(), 3);
}

}  // namespace

void test_quantize(Report& r) {
  constexpr int32_t kZeros[] = {-128, -1, 0, 127};
  for (const int32_t zero : kZeros) {
    if (r.next_case()) check_from_float<int8_t>(r, Type::kInt8, -128, 127, zero);
    if (r.next_case()) check_from_float<uint8_t>(r, Type::kUint8, 0, 255, zero + 128);
    if (r.next_case()) check_from_float<int16_t>(r, Type::kInt16, -32768, 32767, zero);
    const Quant in{0.031f, zero}, out{0.05f, 10}, fine{0.0002f, 0};
    if (r.next_case()) check_rescale<int8_t, int8_t>(r, Type::kInt8, Type::kInt8, -128, 127, -128, 127, in, out);
    if (r.next_case()) check_rescale<int8_t, uint8_t>(r, Type::kInt8, Type::kUint8, -128, 127, 0, 255, in, out);
    if (r.next_case()) check_rescale<int8_t, int16_t>(r, Type::kInt8, Type::kInt16, -128, 127, -32768, 32767, in, fine);
    if (r.next_case()) check_rescale<uint8_t, int8_t>(r, Type::kUint8, Type::kInt8, 0, 255, -128, 127, {0.031f, zero + 128}, out);
    if (r.next_case()) check_rescale<int8_t, int32_t>(r, Type::kInt8, Type::kInt32, -128, 127, INT32_MIN, INT32_MAX, in, {0.0001f, zero});
    if (r.next_case()) check_rescale<uint8_t, uint8_t>(r, Type::kUint8, Type::kUint8, 0, 255, 0, 255, {0.031f, zero + 128}, out);
    if (r.next_case()) check_rescale<uint8_t, int16_t>(r, Type::kUint8, Type::kInt16, 0, 255, -32768, 32767, {0.031f, zero + 128}, fine);
    if (r.next_case()) check_rescale<int16_t, int8_t>(r, Type::kInt16, Type::kInt8, -32768, 32767, -128, 127, fine, {0.05f, zero});
    if (r.next_case()) check_rescale<int16_t, int16_t>(r, Type::kInt16, Type::kInt16, -32768, 32767, -32768, 32767, fine, {0.0005f, 0});
    if (r.next_case())
      check_rescale<int16_t, int32_t>(r, Type::kInt16, Type::kInt32, -32768, 32767, INT32_MIN, INT32_MAX, fine, {1e-6f, zero});
    if (r.next_case())
      check_rescale<int32_t, int8_t>(r, Type::kInt32, Type::kInt8, -900000, 900000, -128, 127, {1e-5f, zero}, {0.05f, zero});
    if (r.next_case()) check_rescale<int32_t, int16_t>(r, Type::kInt32, Type::kInt16, -900000, 900000, -32768, 32767, {1e-5f, zero}, fine);
  }
  if (r.next_case()) check_channels(r);
  if (r.next_case()) check_4_bits(r, Type::kInt4, -8);
  if (r.next_case()) check_4_bits(r, Type::kUint4, 0);
  if (r.next_case()) {
    check_unary_refusals(r, ops::quantize, Type::kInt8, {0.1f, 0}, {0.2f, 0});
    check_refused(r, ops::quantize, {Type::kFloat32, shape_of(4)}, {Type::kInt8, shape_of(4), 0.1f, 128}, Code::kNoScale,
                  "a zero point beyond int8");
    check_refused(r, ops::quantize, {Type::kInt16, shape_of(4), 1e9f}, {Type::kInt8, shape_of(4), 1e-9f}, Code::kScaleRange,
                  "a ratio of 1e18");
  }
}

}  // namespace testing
}  // namespace midge
