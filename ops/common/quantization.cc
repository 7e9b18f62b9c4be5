// See quantization.h.
#include "ops/common/quantization.h"

namespace midge {
namespace {

bool positive_and_finite(float s) { return s > 0 && s < __builtin_inff(); }

}  // namespace

IntegerRange range_of(Type type) {
  if (type == Type::kInt8) return {-128, 127};
  return type == Type::kUint8 ? IntegerRange{0, 255} : IntegerRange{-32768, 32767};
}

Status check_scale(const Tensor& t) {
  const Status bad(Code::kNoScale, Place::kTensor, t.index);
  if (t.quantization.count != 1 || !positive_and_finite(t.scale())) return bad;
  const int32_t z = t.zero_point();
  if (t.type == Type::kInt8 && (z < -128 || z > 127)) return bad;
  if (t.type == Type::kUint8 && (z < 0 || z > 255)) return bad;
  if (t.type == Type::kInt16 && (z < -32768 || z > 32767)) return bad;
  return Code::kOk;
}

Status check_same_scale(const Tensor& input, const Tensor& output) {
  const float a = input.scale(), b = output.scale();
  const float difference = a < b ? b - a : a - b;
  if (difference <= 1e-6f * a && input.zero_point() == output.zero_point()) return Code::kOk;
  return Status(Code::kScaleDiffers, Place::kTensor, output.index);
}

int32_t quantize_real(float x, const Tensor& t) {
  const int64_t q = static_cast<int64_t>(round_to_int(x / t.scale())) + t.zero_point();
  return static_cast<int32_t>(clamp<int64_t>(q, INT32_MIN, INT32_MAX));
}

Status scale_ratio(Contract contract, float a, float b, float c, Multiplier* out) {
  return contract == Contract::kLitert ? quantize_ratio(a * b / c, 1, 1, 0, out) : quantize_ratio(a, b, c, 0, out);
}

Status check_filter_scales(const Tensor& filter, int32_t channels, int32_t dimension, bool zero_point_allowed) {
  const Quantization& q = filter.quantization;
  const Status bad(Code::kQuantization, Place::kTensor, filter.index);
  if (q.count == 0) return bad;
  if (q.count > 1 && (q.count != static_cast<uint32_t>(channels) || q.dimension != dimension)) return bad;
  for (uint32_t i = 0; i < q.count; ++i) {
    if (!positive_and_finite(q.scale(i))) return Status(Code::kNoScale, Place::kTensor, filter.index);
    const int32_t zero = q.zero_point(i);
    if (zero != 0 && (q.count > 1 || !zero_point_allowed || zero < -128 || zero > 127)) return bad;
  }
  return Code::kOk;
}

Status channel_multipliers(const Tensor& input, const Tensor& filter, const Tensor& output, int32_t channels, void* memory,
                           ChannelMultipliers* out) {
  int32_t* values = static_cast<int32_t*>(memory);
  int8_t* shifts = reinterpret_cast<int8_t*>(values + channels);
  const float in = input.scale(), to = output.scale();
  for (int32_t c = 0; c < channels; ++c) {
    Multiplier m;
    if (!quantize_ratio(in, filter.quantization.scale(static_cast<uint32_t>(c)), to, 0, &m).ok())
      return Status(Code::kScaleRange, Place::kTensor, filter.index);
    values[c] = m.value;
    shifts[c] = static_cast<int8_t>(m.shift);
  }
  out->values = values;
  out->shifts = shifts;
  return Code::kOk;
}

Status check_bias(const PrepareContext& c, uint32_t slot, Type type, int32_t channels) {
  if (!c.has_input(slot)) return Code::kOk;
  const Tensor bias = c.input(slot);
  if (bias.type != type) return c.fail_input(slot, Code::kUnsupportedType);
  return bias.shape.count() == channels ? Status() : c.fail_input(slot, Code::kShapeMismatch);
}

}  // namespace midge
