#include "compiler/quantize/ranges.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace midge {
namespace {

Range with_zero(Range r, bool symmetric) {
  r.low = std::min(r.low, 0.0), r.high = std::max(r.high, 0.0);
  if (symmetric) {
    r.high = std::max(-r.low, r.high);
    r.low = -r.high;
  }
  return r;
}

Range percentile_range(const Histogram& h, double percentile) {
  // What is cut away is shared by both ends; exact zeros count where they lie.
  const double cut = static_cast<double>(h.count()) * (1 - percentile / 100) / 2;
  const bool one_sided = h.low() >= 0 || h.high() <= 0;
  const double allowed = one_sided ? 2 * cut : cut;
  Range r{h.low(), h.high()};
  double seen = 0;
  for (size_t i = h.bins().size(); i-- > 0 && h.centre(i) > 0;) {
    seen += static_cast<double>(h.bins()[i]);
    if (seen > allowed) {
      r.high = std::min<double>(h.high(), h.centre(i) + h.width() / 2);
      break;
    }
  }
  seen = 0;
  for (size_t i = 0; i < h.bins().size() && h.centre(i) < 0; ++i) {
    seen += static_cast<double>(h.bins()[i]);
    if (seen > allowed) {
      r.low = std::max<double>(h.low(), h.centre(i) - h.width() / 2);
      break;
    }
  }
  return r;
}

/// The bounds by turns, each over a grid of fractions of its extreme, until neither moves.
Range mse_range(const Histogram& h, int levels, bool symmetric) {
  const Range full = with_zero({h.low(), h.high()}, symmetric);
  Range best = full;
  double least = range_error(h, best, levels);
  const auto attempt = [&](Range r) {
    if (r.high - r.low <= 0) return;
    const double e = range_error(h, r, levels);
    if (e < least) least = e, best = r;
  };
  constexpr int kSteps = 50;
  for (int round = 0; round < 3; ++round) {
    const Range before = best;
    for (int i = 10; i < kSteps; ++i) {
      const double f = static_cast<double>(i) / kSteps;
      if (symmetric) {
        attempt({full.low * f, full.high * f});
      } else {
        if (full.high > 0) attempt({before.low, full.high * f});
      }
    }
    const Range middle = best;
    for (int i = 10; i < kSteps && !symmetric && full.low < 0; ++i) attempt({full.low * i / kSteps, middle.high});
    if (best.low == before.low && best.high == before.high) break;
  }
  return best;
}

/// The clip whose quantised distribution has the least Kullback-Leibler divergence from the clipped one. Zeros are left out: a
/// rectifier's many would outweigh all else.
Range entropy_range(const Histogram& h) {
  const double extreme = std::max(std::abs(static_cast<double>(h.low())), std::abs(static_cast<double>(h.high())));
  if (extreme == 0) return {};
  constexpr size_t kCells = 2048, kLevels = 128;
  std::vector<double> cells(kCells);
  for (size_t i = 0; i < h.bins().size(); ++i) {
    const double at = std::abs(h.centre(i)) / extreme * kCells;
    cells[std::min(kCells - 1, static_cast<size_t>(at))] += static_cast<double>(h.bins()[i]);
  }
  double total = 0;
  for (const double c : cells) total += c;
  if (total == 0) return {h.low(), h.high()};
  double least = std::numeric_limits<double>::infinity();
  size_t chosen = kCells;
  for (size_t clip = kLevels; clip <= kCells; clip += 16) {
    double outside = 0;
    for (size_t i = clip; i < kCells; ++i) outside += cells[i];
    double divergence = 0, kept_q = 0;
    std::vector<double> q(clip);
    for (size_t l = 0; l < kLevels; ++l) {
      const size_t begin = l * clip / kLevels, end = (l + 1) * clip / kLevels;
      double sum = 0, used = 0;
      for (size_t i = begin; i < end; ++i) sum += cells[i], used += cells[i] > 0 ? 1 : 0;
      for (size_t i = begin; i < end; ++i) q[i] = cells[i] > 0 ? sum / used : 0;
      kept_q += sum;
    }
    if (kept_q == 0) continue;
    for (size_t i = 0; i < clip; ++i) {
      const double p = (cells[i] + (i + 1 == clip ? outside : 0)) / total;
      if (p > 0) divergence += p * std::log(p / std::max(q[i] / kept_q, 1e-12));
    }
    if (divergence < least) least = divergence, chosen = clip;
  }
  const double clip = extreme * static_cast<double>(chosen) / kCells;
  return {std::max<double>(h.low(), -clip), std::min<double>(h.high(), clip)};
}

}  // namespace

double range_error(const Histogram& h, Range r, int levels) {
  const double scale = (r.high - r.low) / (levels - 1);
  if (!(scale > 0)) return std::numeric_limits<double>::infinity();
  // The zero point is an integer, as it will be.
  const double zero = std::round(-r.low / scale);
  const double most = levels - 1 - zero, inverse = 1 / scale;
  const double within = h.width() * h.width() / 12;
  double sum = 0;
  for (size_t i = 0; i < h.bins().size(); ++i) {
    if (h.bins()[i] == 0) continue;
    const double x = h.centre(i);
    const double q = std::clamp(std::nearbyint(x * inverse), -zero, most) * scale;
    sum += static_cast<double>(h.bins()[i]) * ((x - q) * (x - q) + within);
  }
  return h.count() == 0 ? 0 : sum / static_cast<double>(h.count());
}

Range choose_range(const Histogram& h, RangeMethod method, double percentile, int levels, bool symmetric, Range average) {
  if (h.empty()) return {};
  Range r{h.low(), h.high()};
  switch (method) {
    case RangeMethod::kMinMax: break;
    case RangeMethod::kPercentile: r = percentile_range(h, percentile); break;
    case RangeMethod::kMse: r = mse_range(h, levels, symmetric); break;
    case RangeMethod::kEntropy: r = entropy_range(h); break;
    case RangeMethod::kMovingAverage: r = average; break;
  }
  return with_zero(r, symmetric);
}

ir::Quantization quantization_of(Range r, Type type) {
  r = with_zero(r, false);
  if (type == Type::kInt16) {
    const double most = std::max(-r.low, r.high);
    return {{most > 0 ? std::max(static_cast<float>(most / 32767), 1e-30f) : 1.0f}, {0}, 0};
  }
  const double extent = r.high - r.low;
  if (!(extent > 0)) return {{1.0f}, {0}, 0};
  // A scale far below any real signal would leave the range of what multipliers can say.
  const float scale = std::max(static_cast<float>(extent / 255), 1e-20f);
  const double zero = std::clamp(std::round(-128 - r.low / static_cast<double>(scale)), -128.0, 127.0);
  return {{scale}, {static_cast<int64_t>(zero)}, 0};
}

}  // namespace midge
