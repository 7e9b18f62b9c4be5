// Scales of tensors, checked, and the multipliers that operators derive from them.
#pragma once
#include "base/fixed_point.h"
#include "ops/context.h"

namespace midge {

/// The numbers that a type of quantised tensors holds.
struct IntegerRange {
  int32_t low, high;
};
/// Of kInt8, kUint8 or kInt16.
IntegerRange range_of(Type type);

/// kNoScale unless the tensor has one positive, finite scale (per tensor) and a zero point that its type can hold.
Status check_scale(const Tensor& t);

/// kScaleDiffers unless both have the same zero point, and scales equal to six digits (exporters compute them apart).
Status check_same_scale(const Tensor& input, const Tensor& output);

/// zero_point + x / scale, rounded to nearest, ties away from zero, saturated.
int32_t quantize_real(float x, const Tensor& t);

/// The fixed-point form of the ratio of scales a * b / c where the contracts differ: litert computes it in single precision, tflm in double.
Status scale_ratio(Contract contract, float a, float b, float c, Multiplier* out);

/// Per-channel requantisation of a weighted operator: channel c's multiplier is
/// input scale * filter scale[c] / output scale, as double precision computes it. A per-tensor filter fills all channels alike.
struct ChannelMultipliers {
  const int32_t* values = nullptr;
  const int8_t* shifts = nullptr;

  static uint64_t bytes(int32_t channels) { return static_cast<uint64_t>(channels) * 5; }
};
Status channel_multipliers(const Tensor& input, const Tensor& filter, const Tensor& output, int32_t channels, void* memory,
                           ChannelMultipliers* out);

/// kQuantization unless the filter has one scale, or one for each of `channels` along `dimension`, and is symmetric (zero
/// points 0). `zero_point_allowed`: a per-tensor filter may have a zero point.
Status check_filter_scales(const Tensor& filter, int32_t channels, int32_t dimension, bool zero_point_allowed = false);

/// The bias of an int8 operator: int32, one value a channel, or absent.
Status check_bias(const PrepareContext& c, uint32_t slot, Type type, int32_t channels);

}  // namespace midge
