#include "compiler/quantize/rounding.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace midge {
namespace {

int8_t nearest(double x, int limit) { return static_cast<int8_t>(std::lround(std::clamp<double>(x, -limit, limit))); }

void round_nearest(std::span<const float> w, float scale, int limit, std::span<int8_t> q) {
  for (size_t k = 0; k < w.size(); ++k) q[k] = nearest(static_cast<double>(w[k]) / scale, limit);
}

/// One input after the other, each so that it makes good what those before it did.
void round_sequential(const Covariance& h, std::span<const float> w, float scale, int limit, std::span<int8_t> q) {
  std::vector<float> pull(w.size());  // H e of the inputs that are decided
  for (const uint32_t k : h.order()) {
    const float* row = h.row(k);
    const double target = row[k] > 0 ? w[k] - pull[k] / row[k] : w[k];
    q[k] = nearest(target / scale, limit);
    const float e = scale * static_cast<float>(q[k]) - w[k];
    if (e == 0) continue;
    for (size_t j = 0; j < w.size(); ++j) pull[j] += e * row[j];
  }
}

/// As sequential, but each decision counts on those that follow to make good what they can: with R'R = H, from the last row of R up.
void round_gptq(const Covariance& h, std::span<const float> w, float scale, int limit, std::span<int8_t> q) {
  const size_t n = w.size();
  const std::vector<float>& r = h.factor();
  std::vector<float> e(n);  // in the factor's order
  for (size_t i = n; i-- > 0;) {
    const uint32_t k = h.order()[n - 1 - i];
    const float* row = r.data() + i * n;
    float pull = 0;
    for (size_t j = i + 1; j < n; ++j) pull += row[j] * e[j];
    const double target = row[i] > 0 ? w[k] - pull / row[i] : w[k];
    q[k] = nearest(target / scale, limit);
    e[i] = scale * static_cast<float>(q[k]) - w[k];
  }
}

/// Sweeps over the inputs, each integer at its optimum with the others as they are, until none changes.
void descend(const Covariance& h, std::span<const float> w, float scale, int limit, int sweeps, std::span<int8_t> q) {
  std::vector<float> pull(w.size());
  for (size_t k = 0; k < w.size(); ++k) {
    const float e = scale * static_cast<float>(q[k]) - w[k];
    const float* row = h.row(k);
    if (e == 0) continue;
    for (size_t j = 0; j < w.size(); ++j) pull[j] += e * row[j];
  }
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    bool changed = false;
    for (const uint32_t k : h.order()) {
      const float* row = h.row(k);
      if (!(row[k] > 0)) continue;
      const int step = static_cast<int>(std::lround(std::clamp(-pull[k] / (scale * row[k]), -512.0f, 512.0f)));
      const int to = std::clamp(q[k] + step, -limit, limit);
      const int d = to - q[k];
      if (d == 0) continue;
      const float move = scale * static_cast<float>(d);
      // Rounding errors of `pull` must not make it turn in circles.
      if (2 * move * pull[k] + move * move * row[k] >= -1e-6f * move * move * row[k]) continue;
      q[k] = static_cast<int8_t>(to);
      for (size_t j = 0; j < w.size(); ++j) pull[j] += move * row[j];
      changed = true;
    }
    if (!changed) break;
  }
}

}  // namespace

Covariance::Covariance(std::vector<float> h, size_t size, size_t rows) : h_(std::move(h)), size_(size) {
  double trace = 0;
  for (size_t k = 0; k < size; ++k) trace += h_[k * size + k];
  // What few observations say about how inputs move together is not to be trusted.
  const double doubt = 0.002 + 0.02 * std::min(4.0, static_cast<double>(size) / static_cast<double>(std::max<size_t>(rows, 1)));
  const auto add = static_cast<float>(doubt * trace / static_cast<double>(size));
  for (size_t k = 0; k < size; ++k) h_[k * size + k] += add;
  order_.resize(size);
  std::iota(order_.begin(), order_.end(), 0u);
  std::sort(order_.begin(), order_.end(), [&](uint32_t a, uint32_t b) {
    const float first = h_[a * size + a], second = h_[b * size + b];
    return first != second ? first > second : a < b;
  });
}

void Covariance::make_factor() {
  if (!factor_.empty()) return;
  const size_t n = size_;
  // Row i of the factor is input order_[n - 1 - i]: the first to be decided comes last.
  std::vector<double> r(n * n);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = i; j < n; ++j) r[i * n + j] = h_[order_[n - 1 - i] * n + order_[n - 1 - j]];
  }
  for (size_t i = 0; i < n; ++i) {
    double* row = r.data() + i * n;
    const double pivot = row[i];
    if (!(pivot > 0)) {
      std::fill(row + i, row + n, 0.0);
      continue;
    }
    const double root = std::sqrt(pivot);
    for (size_t j = i; j < n; ++j) row[j] /= root;
    for (size_t below = i + 1; below < n; ++below) {
      const double f = row[below];
      if (f == 0) continue;
      double* to = r.data() + below * n;
      for (size_t j = below; j < n; ++j) to[j] -= f * row[j];
    }
  }
  factor_.assign(r.begin(), r.end());
}

double output_error(const Covariance& h, std::span<const float> w, float scale, std::span<const int8_t> q) {
  std::vector<float> e(w.size());
  for (size_t k = 0; k < w.size(); ++k) e[k] = scale * static_cast<float>(q[k]) - w[k];
  double sum = 0;
  for (size_t k = 0; k < w.size(); ++k) {
    if (e[k] == 0) continue;
    // Sixteen sums side by side: one in double precision would wait for itself.
    const float* row = h.row(k);
    float lanes[16] = {};
    size_t j = 0;
    for (; j + 16 <= w.size(); j += 16) {
      for (size_t l = 0; l < 16; ++l) lanes[l] += row[j + l] * e[j + l];
    }
    double dot = 0;
    for (const float lane : lanes) dot += static_cast<double>(lane);
    for (; j < w.size(); ++j) dot += static_cast<double>(row[j] * e[j]);
    sum += static_cast<double>(e[k]) * dot;
  }
  return sum;
}

void round_weights(Rounding method, const Covariance* h, std::span<const float> w, float scale, int limit, int sweeps, std::span<int8_t> q) {
  round_nearest(w, scale, limit, q);
  if (method == Rounding::kNearest || h == nullptr) return;
  std::vector<int8_t> better(w.size());
  switch (method) {
    case Rounding::kSequential: round_sequential(*h, w, scale, limit, better); break;
    case Rounding::kGptq: round_gptq(*h, w, scale, limit, better); break;
    default: std::copy(q.begin(), q.end(), better.begin()); descend(*h, w, scale, limit, sweeps, better);
  }
  if (output_error(*h, w, scale, better) < output_error(*h, w, scale, q)) std::copy(better.begin(), better.end(), q.begin());
}

}  // namespace midge
