// AVERAGE_POOL_2D, MAX_POOL_2D and MEAN: a run of channels at a time.
#include <algorithm>
#include <limits>

#include "compiler/execute/executor.h"
#include "compiler/execute/kernels/kernels.h"

namespace midge {
namespace {

class Pool2D : public OpKernel {
 public:
  Pool2D(Window y, Window x, size_t batch, size_t channels, bool average, Clamp clamp)
      : simd_(simd()), y_(y), x_(x), batch_(batch), channels_(channels), average_(average), clamp_(clamp) {}

  void run(const OpValues& v) override {
    const size_t height = static_cast<size_t>(y_.out), width = static_cast<size_t>(x_.out);
    const size_t in_size = static_cast<size_t>(y_.in) * static_cast<size_t>(x_.in) * channels_;
    const size_t work = width * channels_ * static_cast<size_t>(y_.size) * static_cast<size_t>(x_.size);
    parallel_for(v.samples * batch_ * height, 50000 / work + 1, [&](size_t begin, size_t end) {
      for (size_t r = begin; r < end; ++r) {
        float* out = v.out(0) + r * width * channels_;
        for (int32_t ox = 0; ox < x_.out; ++ox, out += channels_)
          pool(v.in(0) + r / height * in_size, static_cast<int32_t>(r % height), ox, out);
      }
    });
  }

 private:
  void pool(const float* in, int32_t oy, int32_t ox, float* out) const {
    const int32_t y0 = std::max(0, y_.at(oy, 0)), y1 = std::min(y_.in, y_.at(oy, y_.size));
    const int32_t x0 = std::max(0, x_.at(ox, 0)), x1 = std::min(x_.in, x_.at(ox, x_.size));
    std::fill_n(out, channels_, average_ ? 0.0f : -std::numeric_limits<float>::infinity());
    for (int32_t y = y0; y < y1; ++y) {
      const float* at = in + (static_cast<size_t>(y) * static_cast<size_t>(x_.in) + static_cast<size_t>(x0)) * channels_;
      for (int32_t x = x0; x < x1; ++x, at += channels_)
        average_ ? simd_.accumulate(at, out, channels_) : simd_.maximum(at, out, channels_);
    }
    if (average_) {
      const float count = static_cast<float>((y1 - y0) * (x1 - x0));
      for (size_t c = 0; c < channels_; ++c) out[c] /= count;
    }
    simd_.clamp(out, out, channels_, clamp_);
  }

  const Simd& simd_;
  Window y_, x_;
  size_t batch_, channels_;
  bool average_;
  Clamp clamp_;
};

/// Over neighbouring dimensions: [outer, reduced, inner] to [outer, inner].
class Mean : public OpKernel {
 public:
  Mean(size_t outer, size_t reduced, size_t inner) : simd_(simd()), outer_(outer), reduced_(reduced), inner_(inner) {}

  void run(const OpValues& v) override {
    parallel_for(v.samples * outer_, 50000 / (reduced_ * inner_) + 1, [&](size_t begin, size_t end) {
      for (size_t o = begin; o < end; ++o) {
        const float* in = v.in(0) + o * reduced_ * inner_;
        float* out = v.out(0) + o * inner_;
        if (inner_ == 1) {
          double sum = 0;
          for (size_t r = 0; r < reduced_; ++r) sum += static_cast<double>(in[r]);
          *out = static_cast<float>(sum / static_cast<double>(reduced_));
          continue;
        }
        std::fill_n(out, inner_, 0.0f);
        for (size_t r = 0; r < reduced_; ++r) simd_.accumulate(in + r * inner_, out, inner_);
        for (size_t i = 0; i < inner_; ++i) out[i] /= static_cast<float>(reduced_);
      }
    });
  }

 private:
  const Simd& simd_;
  size_t outer_, reduced_, inner_;
};

}  // namespace

std::unique_ptr<OpKernel> make_pool_2d(const ir::Graph& graph, const ir::Op& op) {
  const auto clamp = clamp_of(op.activation());
  if (!clamp || !computed_floats(graph, op, 0) || graph[op.outputs[0]].type != Type::kFloat32) return nullptr;
  const ir::Dims &in = graph[op.input(0)].dims, &out = graph[op.outputs[0]].dims;
  if (in.size() != 4 || out.size() != 4 || in[0] != out[0] || in[3] != out[3] || in[3] < 1) return nullptr;
  const auto side = [&](size_t d, const char* size, const char* stride) -> std::optional<Window> {
    const int64_t n = op.integer(size);
    if (n < 1 || n > INT16_MAX) return std::nullopt;
    return window_of(in[d], out[d], static_cast<int32_t>(n), op.integer(stride), 1, op.padding());
  };
  const auto y = side(1, "filter_height", "stride_h"), x = side(2, "filter_width", "stride_w");
  if (!y || !x) return nullptr;
  return std::make_unique<Pool2D>(*y, *x, static_cast<size_t>(in[0]), static_cast<size_t>(in[3]), op.code == Builtin::AVERAGE_POOL_2D, *clamp);
}

std::unique_ptr<OpKernel> make_mean(const ir::Graph& graph, const ir::Op& op) {
  const auto axes = constant_integers(graph, op, 1);
  if (!axes || axes->empty() || !computed_floats(graph, op, 0) || graph[op.outputs[0]].type != Type::kFloat32) return nullptr;
  const ir::Dims& in = graph[op.input(0)].dims;
  const int32_t rank = static_cast<int32_t>(in.size());
  std::vector<bool> reduce(in.size());
  for (const int32_t axis : *axes) {
    if (axis < -rank || axis >= rank) return nullptr;
    reduce[static_cast<size_t>(axis < 0 ? axis + rank : axis)] = true;
  }
  size_t sizes[3] = {1, 1, 1};
  size_t part = 0;  // 0 before, 1 in, 2 after the reduced dimensions; those of size 1 belong anywhere
  for (size_t d = 0; d < in.size(); ++d) {
    if (in[d] == 1) continue;
    if (reduce[d] && part == 0) part = 1;
    if (!reduce[d] && part == 1) part = 2;
    if (reduce[d] && part == 2) return nullptr;
    sizes[part] *= static_cast<size_t>(in[d]);
  }
  if (sizes[0] * sizes[2] != static_cast<size_t>(graph[op.outputs[0]].count()) || graph[op.input(0)].count() < 1) return nullptr;
  return std::make_unique<Mean>(sizes[0], sizes[1], sizes[2]);
}

}  // namespace midge
