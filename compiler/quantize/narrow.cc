#include "compiler/quantize/narrow.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "base/float16.h"

namespace midge {
namespace {

/// Which scale an element has: the index along the axis.
struct Channels {
  Channels(const ir::Tensor& t, int32_t axis) {
    if (axis < 0) return;
    count = static_cast<size_t>(t.dims[static_cast<size_t>(axis)]);
    for (size_t d = static_cast<size_t>(axis) + 1; d < t.dims.size(); ++d) inner *= static_cast<size_t>(t.dims[d]);
  }
  size_t operator[](size_t element) const { return element / inner % count; }
  size_t count = 1, inner = 1;
};

int32_t rounded(float w, float scale, int32_t most) {
  return std::clamp(static_cast<int32_t>(std::lround(static_cast<double>(w) / scale)), -most, most);
}

/// The scale of each channel that has the least squared error, among those that keep the largest weight and those that cut it off.
void search_scales(std::span<const float> weights, const Channels& channel, int32_t most, std::vector<float>& scales) {
  constexpr int kSteps = 20;
  constexpr double kStep = 0.025;
  const std::vector<float> whole = scales;
  std::vector<double> best(scales.size(), HUGE_VAL), error(scales.size());
  std::vector<float> tried(scales.size());
  for (int step = 0; step < kSteps; ++step) {
    std::transform(whole.begin(), whole.end(), tried.begin(),
                   [&](float s) { return std::max(static_cast<float>(s * (1 - kStep * step)), FLT_MIN); });
    std::fill(error.begin(), error.end(), 0.0);
    for (size_t i = 0; i < weights.size(); ++i) {
      const size_t c = channel[i];
      const double e = static_cast<double>(weights[i]) - static_cast<double>(tried[c]) * rounded(weights[i], tried[c], most);
      error[c] += e * e;
    }
    for (size_t c = 0; c < scales.size(); ++c) {
      if (error[c] < best[c]) best[c] = error[c], scales[c] = tried[c];
    }
  }
}

}  // namespace

ir::Tensor narrow_to_integers(const ir::Tensor& weights, uint32_t bits, int32_t axis) {
  const std::span<const float> w = weights.values<float>();
  const int32_t most = (1 << (bits - 1)) - 1;
  const Channels channel(weights, axis);
  std::vector<float> scales(channel.count, 0.0f);
  for (size_t i = 0; i < w.size(); ++i) scales[channel[i]] = std::max(scales[channel[i]], std::abs(w[i]));
  for (float& s : scales) {
    s /= static_cast<float>(most);
    if (s < FLT_MIN) s = 1;  // zeros, or so small that nothing is left of them
  }
  if (bits < 8) search_scales(w, channel, most, scales);

  ir::Tensor out;
  out.name = weights.name, out.dims = weights.dims, out.type = bits == 8 ? Type::kInt8 : Type::kInt4;
  ir::Bytes data((w.size() * bits + 7) / 8);
  for (size_t i = 0; i < w.size(); ++i) {
    const auto q = static_cast<uint32_t>(rounded(w[i], scales[channel[i]], most));
    if (bits == 8) {
      data[i] = static_cast<uint8_t>(q);
    } else {
      data[i / 2] = static_cast<uint8_t>(data[i / 2] | (q & 15) << (i % 2 * 4));
    }
  }
  out.data = std::make_shared<ir::Bytes>(std::move(data));
  out.quantization.zero_points.assign(scales.size(), 0);
  out.quantization.scales = std::move(scales);
  out.quantization.dimension = std::max(axis, 0);
  return out;
}

std::optional<ir::Tensor> narrow_to_float16(const ir::Tensor& weights) {
  constexpr uint16_t kInfinity = 0x7c00;
  std::vector<uint16_t> halves;
  for (const float w : weights.values<float>()) {
    halves.push_back(half_of_float(w));
    if ((halves.back() & kInfinity) == kInfinity) return {};
  }
  ir::Tensor out;
  out.name = weights.name, out.dims = weights.dims, out.type = Type::kFloat16;
  out.set_values<uint16_t>(halves);
  return out;
}

size_t stored_bytes(const ir::Tensor& constant) {
  return constant.data->size() + constant.quantization.scales.size() * (sizeof(float) + sizeof(int64_t));
}

}  // namespace midge
