#include "compiler/measure/error_stats.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/execute/integer_runner.h"

namespace midge {

TypeEnds ends_of(const ir::Tensor& t) {
  TypeEnds ends{-std::numeric_limits<float>::infinity(), std::numeric_limits<float>::infinity()};
  if (!t.quantization.present() || t.quantization.per_channel()) return ends;
  double low = 0, high = 0;
  switch (t.type) {
    case Type::kInt8: low = INT8_MIN, high = INT8_MAX; break;
    case Type::kUint8: low = 0, high = UINT8_MAX; break;
    case Type::kInt16: low = INT16_MIN, high = INT16_MAX; break;
    default: return ends;
  }
  const double zero = t.quantization.zero_points.empty() ? 0 : static_cast<double>(t.quantization.zero_points[0]);
  ends.step = t.quantization.scales[0];
  // As to_real() computes them, so that equality means the end.
  ends.low = ends.step * static_cast<float>(low - zero), ends.high = ends.step * static_cast<float>(high - zero);
  return ends;
}

double ErrorStats::sqnr_db() const {
  constexpr double kExact = std::numeric_limits<double>::infinity();
  if (sum_e2 == 0) return kExact;
  if (!std::isfinite(sum_e2) || !std::isfinite(sum_r2)) return -kExact;  // a NaN or an infinity on either side
  return 10 * std::log10(std::max(sum_r2, std::numeric_limits<double>::min()) / sum_e2);
}

double ErrorStats::cosine() const {
  if (sum_r2 == 0 || sum_q2 == 0) return sum_r2 == sum_q2 ? 1 : 0;
  return sum_rq / std::sqrt(sum_r2 * sum_q2);
}

double ErrorStats::bias_share() const {
  if (sum_e2 == 0 || channels.empty()) return 0;
  const double per_channel = static_cast<double>(values) / static_cast<double>(channels.size());
  double square = 0;
  for (const Channel& c : channels) {
    const double e = c.q - c.gain * c.r;
    square += e * e / per_channel;
  }
  return square / sum_e2;
}

double ErrorStats::own_e2() const {
  const double inside = static_cast<double>(values - std::min(values, at_lowest + at_highest));
  return inside * step * step / 12 + clipped_e2;
}

double ErrorStats::channel_spread() const {
  if (channels.size() < 2) return 1;
  std::vector<double> sorted;
  for (const Channel& c : channels) sorted.push_back(c.widest);
  std::sort(sorted.begin(), sorted.end());
  const double median = sorted[sorted.size() / 2];
  return median > 0 ? sorted.back() / median : 1;
}

void allow_scaled_channels(ErrorStats& s) {
  // A tensor whose channels are merely wrong is not explained by factors: what they leave must be a tenth, and little.
  constexpr double kExplains = 0.1, kLeaves = 0.1;
  if (!s.has_reference || s.channels.size() < 2 || s.sum_e2 == 0) return;
  double left = 0, signal = 0;
  std::vector<double> gains;
  for (const ErrorStats::Channel& c : s.channels) {
    const double gain = c.r2 > 0 ? c.rq / c.r2 : 1;
    gains.push_back(gain);
    left += std::max(0.0, c.q2 - 2 * gain * c.rq + gain * gain * c.r2);
    signal += gain * gain * c.r2;
    if (gain < 0) return;
  }
  if (left > kExplains * s.sum_e2 || left > kLeaves * signal) return;
  s.scaled_channels = true;
  s.sum_e2 = left, s.sum_r2 = signal, s.sum_rq = s.sum_e = s.clipped_e2 = 0;
  s.clipped_low = s.clipped_high = 0;  // were counted against values of another scale
  for (size_t i = 0; i < gains.size(); ++i) {
    ErrorStats::Channel& c = s.channels[i];
    c.gain = gains[i];
    s.sum_rq += c.gain * c.rq;
    s.sum_e += c.q - c.gain * c.r;
  }
}

void accumulate(ErrorStats& s, const ir::Tensor& tensor, std::span<const uint8_t> stored, std::span<const float> reference, size_t samples) {
  const size_t n = static_cast<size_t>(tensor.count()) * samples;
  std::vector<float> real(n);
  to_real(tensor, stored, real);
  const TypeEnds ends = ends_of(tensor);
  const bool compared = !reference.empty();
  const size_t channels = tensor.dims.size() < 2 ? 1 : static_cast<size_t>(tensor.dims.back());
  if (s.values == 0) {
    s.has_reference = compared;
    s.channels.assign(channels, {});
    s.step = static_cast<double>(ends.step);
    s.least = std::numeric_limits<double>::infinity(), s.most = -s.least;
    s.reference_min = s.least, s.reference_max = s.most;
  }
  s.values += n, s.samples += samples;
  for (size_t i = 0; i < n; ++i) {
    const float q = real[i];
    const double qd = static_cast<double>(q);
    const bool lowest = q == ends.low, highest = q == ends.high;
    s.at_lowest += lowest, s.at_highest += highest;
    s.least = std::min(s.least, qd), s.most = std::max(s.most, qd);
    if (!compared) continue;
    const double r = static_cast<double>(reference[i]), e = qd - r;
    s.sum_r2 += r * r, s.sum_q2 += qd * qd, s.sum_rq += r * qd, s.sum_e2 += e * e, s.sum_e += e;
    s.max_abs_error = std::max(s.max_abs_error, std::abs(e));
    s.reference_min = std::min(s.reference_min, r), s.reference_max = std::max(s.reference_max, r);
    const double half = static_cast<double>(ends.step) / 2;
    const bool below = lowest && e > half, above = highest && -e > half;
    s.clipped_low += below, s.clipped_high += above;
    if (below || above) s.clipped_e2 += e * e;
    ErrorStats::Channel& c = s.channels[i % channels];
    c.r += r, c.q += qd, c.r2 += r * r, c.q2 += qd * qd, c.rq += r * qd;
    c.widest = std::max(c.widest, std::abs(qd));
  }
}

}  // namespace midge
