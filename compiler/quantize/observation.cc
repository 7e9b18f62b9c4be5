#include "compiler/quantize/observation.h"

#include <algorithm>
#include <cmath>

#include "compiler/execute/executor.h"
#include "compiler/execute/kernels/kernels.h"

namespace midge {

Observed observe(const Layer& l, size_t samples, size_t most) {
  const size_t all = l.positions() * samples;
  return {all, std::min(all, std::max(most / 4, std::min(most * 2, 8 * l.depth)))};
}

std::vector<float> dense_covariance(const Layer& l, std::span<const float> x, const Observed& seen, size_t group, std::span<const double> mean) {
  constexpr size_t kBlock = 512;
  const size_t n = l.depth;
  const Simd& simd_loops = simd();
  const size_t stride = (n + simd_loops.panel - 1) / simd_loops.panel * simd_loops.panel;
  std::vector<float> patches(kBlock * n), turned(n * kBlock), product(n * stride), zeros(stride);
  std::vector<double> sum(n * n);
  for (size_t first = 0; first < seen.count; first += kBlock) {
    const size_t rows = std::min(kBlock, seen.count - first);
    parallel_for(rows, 32, [&](size_t begin, size_t end) {
      for (size_t r = begin; r < end; ++r) {
        const size_t at = seen.at(first + r);
        float* p = patches.data() + r * n;
        l.patch(x.data() + at / l.positions() * l.sample_size(), at % l.positions(), group, p);
        for (size_t k = 0; k < n; ++k) p[k] -= static_cast<float>(mean[k]);
      }
    });
    parallel_for(n, 16, [&](size_t begin, size_t end) {
      for (size_t k = begin; k < end; ++k) {
        for (size_t r = 0; r < rows; ++r) turned[k * kBlock + r] = patches[r * n + k];
      }
    });
    const std::vector<float> panels = pack_panels(simd_loops, patches.data(), n, rows, 1, n);
    Gemm gemm{};
    gemm.a = turned.data(), gemm.a_stride = kBlock, gemm.b = panels.data(), gemm.bias = zeros.data();
    gemm.c = product.data(), gemm.c_stride = stride;
    gemm.rows = n, gemm.columns = n, gemm.depth = rows;
    gemm.clamp = {-INFINITY, INFINITY};
    parallel_gemm(simd_loops, gemm);
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j < n; ++j) sum[i * n + j] += product[i * stride + j];
    }
  }
  std::vector<float> h(n * n);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j <= i; ++j) h[i * n + j] = h[j * n + i] = static_cast<float>(sum[i * n + j] / static_cast<double>(seen.count));
  }
  return h;
}

std::vector<float> small_covariance(const Layer& l, std::span<const float> x, const Observed& seen, size_t group, std::span<const double> mean) {
  const size_t n = l.depth;
  std::vector<double> sum(n * n);
  std::vector<float> p(n);
  for (size_t r = 0; r < seen.count; ++r) {
    const size_t at = seen.at(r);
    l.patch(x.data() + at / l.positions() * l.sample_size(), at % l.positions(), group, p.data());
    for (size_t k = 0; k < n; ++k) p[k] -= static_cast<float>(mean[k]);
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = 0; j <= i; ++j) sum[i * n + j] += static_cast<double>(p[i] * p[j]);
    }
  }
  std::vector<float> h(n * n);
  for (size_t i = 0; i < n; ++i) {
    for (size_t j = 0; j <= i; ++j) h[i * n + j] = h[j * n + i] = static_cast<float>(sum[i * n + j] / static_cast<double>(seen.count));
  }
  return h;
}

}  // namespace midge
