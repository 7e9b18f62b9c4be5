// See table.h. The steps in single precision, their order and their roundings are LiteRT's; tables differ where one is changed.
#include "ops/common/table.h"

#include "base/fixed_point.h"
#include "ops/common/quantization.h"
#include "ops/common/unary.h"

namespace midge {
namespace {

float value_of(const TableFunction& f, float x) { return f.positive_only && !(x > 0) ? f.otherwise : f.of(x); }

/// x rounded to nearest, ties away from zero.
float rounded(float x) {
  constexpr float kIntegersFrom = 8388608.0f;  // 2^23
  return x > -kIntegersFrom && x < kIntegersFrom ? static_cast<float>(round_to_int(x)) : x;
}

int32_t saturated(float integer, IntegerRange range) { return clamp(round_to_int(integer), range.low, range.high); }
int16_t saturated_s16(float integer) { return static_cast<int16_t>(saturated(integer, {-32768, 32767})); }

}  // namespace

Status check_output_scale(const PrepareContext& c, float scale) {
  return c.output(0).scale() == scale ? Status() : c.fail_output(0, Code::kNoScale);
}

Status prepare_table_8(PrepareContext& c, const TableFunction& f) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  MIDGE_TRY(check_unary_scales(c));
  Table8* p;
  MIDGE_TRY(c.allocate(&p));
  p->count = count;
  const Tensor in = c.input(0), out = c.output(0);
  const IntegerRange range = range_of(in.type);
  const float inverse = 1.0f / out.scale(), zero_point = static_cast<float>(out.zero_point());
  for (int32_t i = range.low; i <= range.high; ++i) {
    const float y = value_of(f, in.scale() * static_cast<float>(i - in.zero_point()));
    p->values[static_cast<uint8_t>(i)] = static_cast<uint8_t>(saturated(rounded(y * inverse) + zero_point, range));
  }
  return Code::kOk;
}

Status eval_table_8(const EvalContext& c) {
  const Table8& p = c.data<Table8>();
  return map_elements<uint8_t>(c, p.count, [&](uint8_t x) { return p.values[x]; });
}

Status prepare_table_s16(PrepareContext& c, const TableFunction& f) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  MIDGE_TRY(check_unary_scales(c));
  TableS16* p;
  MIDGE_TRY(c.allocate(&p));
  p->count = count;
  const float in = c.input(0).scale(), out = c.output(0).scale();
  const float low = in * -32768.0f, high = in * 32767.0f, step = (high - low) / TableS16::kIntervals;
  const float per_unit = 65536.0f / (out * 32767.0f - out * -32768.0f);
  // The beginning of each interval is moved by half of what a straight line would be wrong by in its middle.
  for (int32_t i = 0; i < TableS16::kIntervals; ++i) {
    const float at = low + static_cast<float>(i) * step;
    const float begin = rounded(value_of(f, at) * per_unit);
    const float middle = rounded(value_of(f, at + step / 2) * per_unit);
    const float end = value_of(f, low + static_cast<float>(i + 1) * step) * per_unit;
    const float wrong_by = rounded((end + begin) / 2) - middle;
    p->values[i] = saturated_s16(begin - rounded(wrong_by / 2));
  }
  p->values[TableS16::kIntervals] = saturated_s16(rounded(value_of(f, high) * per_unit));
  return Code::kOk;
}

Status eval_table_s16(const EvalContext& c) {
  const TableS16& p = c.data<TableS16>();
  return map_elements<int16_t>(c, p.count, [&](int16_t x) {
    const int32_t interval = (x + 32768) >> 7, fraction = (x + 32768) & 127, begin = p.values[interval];
    const int32_t slope = static_cast<int16_t>(p.values[interval + 1] - begin);  // wraps, as the contract does
    return begin + ((slope * fraction + 64) >> 7);
  });
}

Status prepare_table_s8_fixed(PrepareContext& c, FixedOutput output, int8_t (*f)(int32_t)) {
  constexpr int kIntegerBits = 4;
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  MIDGE_TRY(check_unary_scales(c));
  MIDGE_TRY(check_output_scale(c, output.scale));
  if (c.output(0).zero_point() != output.zero_point) return c.fail_output(0, Code::kNoScale);
  Table8* p;
  MIDGE_TRY(c.allocate(&p));
  p->count = count;
  const Tensor in = c.input(0);
  Multiplier m;
  if (!quantize_ratio(in.scale(), 1, 1, 31 - kIntegerBits, &m).ok() || m.shift < 0) return c.fail_input(0, Code::kScaleRange);
  // The largest input whose multiple still fits Q4.
  const int32_t radius = static_cast<int32_t>((INT64_C(15) << (31 - kIntegerBits)) >> m.shift);
  for (int32_t i = -128; i < 128; ++i) {
    const int32_t x = i - in.zero_point();
    int8_t v = x < 0 ? -128 : 127;
    if (x > -radius && x < radius) v = f(multiply_twice_rounded(x, m.value, m.shift));
    p->values[static_cast<uint8_t>(i)] = static_cast<uint8_t>(v);
  }
  return Code::kOk;
}

}  // namespace midge
