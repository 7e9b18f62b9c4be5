#include "compiler/quantize/histogram.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "compiler/execute/executor.h"

namespace midge {
namespace {

constexpr size_t kLeast = 1 << 15;  // values that are worth a thread
constexpr int kLeastExponent = -120;

int64_t bin_of(double x, int exponent) { return static_cast<int64_t>(std::floor(std::ldexp(x, -exponent))); }

int exponent_for(double low, double high) {
  int e = kLeastExponent;
  const double span = high - low;
  if (span > 0) e = std::max(e, static_cast<int>(std::floor(std::log2(span / static_cast<double>(Histogram::kMostBins)))) - 1);
  // Bins far from zero need a width that a double still resolves.
  const double most = std::max(std::abs(low), std::abs(high));
  if (most > 0) e = std::max(e, std::ilogb(most) - 40);
  while (bin_of(high, e) - bin_of(low, e) + 1 > Histogram::kMostBins) ++e;
  return e;
}

}  // namespace

double Histogram::width() const { return std::ldexp(1.0, exponent_); }

void Histogram::widen(float low, float high) {
  make_room(low, high);
  low_ = std::min(low_, low), high_ = std::max(high_, high);
}

void Histogram::make_room(float low, float high) {
  if (count_ > 0) low = std::min(low, low_), high = std::max(high, high_);
  int e = exponent_for(low, high);
  if (!bins_.empty()) e = std::max(e, exponent_);
  while (bin_of(high, e) - bin_of(low, e) + 1 > kMostBins) ++e;
  const int64_t first = bin_of(low, e);
  std::vector<uint64_t> bins(static_cast<size_t>(bin_of(high, e) - first + 1));
  const int shift = bins_.empty() ? 0 : e - exponent_;
  for (size_t i = 0; i < bins_.size(); ++i) {
    if (bins_[i] == 0) continue;
    // An arithmetic shift is a floor: the wider bin that holds this one.
    const int64_t at = ((first_ + static_cast<int64_t>(i)) >> std::min(shift, 62)) - first;
    bins[static_cast<size_t>(at)] += bins_[i];
  }
  bins_ = std::move(bins);
  exponent_ = e, first_ = first;
}

Extremes extremes_of(std::span<const float> values) {
  // Lanes side by side, which the compiler turns into vectors. A product with zero is NaN for NaN and infinities.
  constexpr size_t kLanes = 16;
  float low[kLanes], high[kLanes], bad[kLanes] = {};
  std::fill_n(low, kLanes, values[0]);
  std::fill_n(high, kLanes, values[0]);
  const float* p = values.data();
  size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (size_t l = 0; l < kLanes; ++l) {
      const float x = p[i + l];
      low[l] = x < low[l] ? x : low[l];
      high[l] = x > high[l] ? x : high[l];
      bad[l] += x * 0.0f;
    }
  }
  for (; i < values.size(); ++i) {
    low[0] = p[i] < low[0] ? p[i] : low[0];
    high[0] = p[i] > high[0] ? p[i] : high[0];
    bad[0] += p[i] * 0.0f;
  }
  Extremes e{low[0], high[0], true};
  for (size_t l = 0; l < kLanes; ++l) {
    e.low = std::min(e.low, low[l]), e.high = std::max(e.high, high[l]);
    e.finite = e.finite && bad[l] == 0;
  }
  return e;
}

bool Histogram::add(std::span<const float> values) {
  if (values.empty()) return true;
  std::mutex mutex;
  Extremes all{values[0], values[0], true};
  parallel_for(values.size(), kLeast, [&](size_t begin, size_t end) {
    const Extremes part = extremes_of(values.subspan(begin, end - begin));
    const std::lock_guard lock(mutex);
    all.finite = all.finite && part.finite;
    all.low = std::min(all.low, part.low), all.high = std::max(all.high, part.high);
  });
  if (!all.finite) return false;
  make_room(all.low, all.high);
  low_ = count_ == 0 ? all.low : std::min(low_, all.low);
  high_ = count_ == 0 ? all.high : std::max(high_, all.high);
  count_ += values.size();
  const double scale = std::ldexp(1.0, -exponent_);
  const auto first = static_cast<double>(first_);
  parallel_for(values.size(), kLeast, [&](size_t begin, size_t end) {
    std::vector<uint32_t> bins(bins_.size());
    uint64_t zeros = 0;
    const auto last = static_cast<int32_t>(bins.size()) - 1;
    for (size_t i = begin; i < end; ++i) {
      const float x = values[i];
      if (x == 0) {
        ++zeros;
        continue;
      }
      // Not negative, and exact in double precision: cutting off is the floor.
      const auto at = static_cast<int32_t>(static_cast<double>(x) * scale - first);
      ++bins[static_cast<size_t>(at < 0 ? 0 : at > last ? last : at)];
    }
    const std::lock_guard lock(mutex);
    for (size_t i = 0; i < bins.size(); ++i) bins_[i] += bins[i];
    zeros_ += zeros;
  });
  return true;
}

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  make_room(other.low_, other.high_);
  low_ = count_ == 0 ? other.low_ : std::min(low_, other.low_);
  high_ = count_ == 0 ? other.high_ : std::max(high_, other.high_);
  count_ += other.count_, zeros_ += other.zeros_;
  Histogram narrow = other;
  if (narrow.exponent_ > exponent_) {  // its bins are wider: ours become as wide
    Histogram wide = *this;
    const int shift = narrow.exponent_ - exponent_;
    exponent_ = narrow.exponent_;
    const int64_t first = wide.first_ >> std::min(shift, 62);
    const int64_t end = ((wide.first_ + static_cast<int64_t>(wide.bins_.size()) - 1) >> std::min(shift, 62)) + 1;
    bins_.assign(static_cast<size_t>(end - first), 0);
    for (size_t i = 0; i < wide.bins_.size(); ++i) {
      bins_[static_cast<size_t>(((wide.first_ + static_cast<int64_t>(i)) >> std::min(shift, 62)) - first)] += wide.bins_[i];
    }
    first_ = first;
  }
  const int shift = exponent_ - narrow.exponent_;
  const auto last = static_cast<int64_t>(bins_.size()) - 1;
  for (size_t i = 0; i < narrow.bins_.size(); ++i) {
    const int64_t at = ((narrow.first_ + static_cast<int64_t>(i)) >> std::min(shift, 62)) - first_;
    bins_[static_cast<size_t>(std::clamp<int64_t>(at, 0, last))] += narrow.bins_[i];
  }
}

}  // namespace midge
