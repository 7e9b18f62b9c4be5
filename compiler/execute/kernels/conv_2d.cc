// CONV_2D as matrix products: a row of A is the patch under an output pixel, B the weights of a group. Patches are gathered for a
// block of pixels at a time, small enough to stay in the cache; with 1x1 windows and stride 1 the input is A as it is.
// DEPTHWISE_CONV_2D with a multiplier above 1 is the same with a group for each input channel.
#include <algorithm>

#include "compiler/execute/executor.h"
#include "compiler/execute/kernels/kernels.h"

namespace midge {
namespace {

constexpr size_t kPatchFloats = 8 * 1024;  ///< of a block: it stays in a core's first cache

/// Runs are short: a call for each would take longer than the copy.
inline float* copy_floats(const float* from, size_t n, float* to) {
  for (; n >= 8; n -= 8, from += 8, to += 8) std::memcpy(to, from, 8 * sizeof(float));
  if (n >= 4) {
    std::memcpy(to, from, 4 * sizeof(float));
    n -= 4, from += 4, to += 4;
  }
  for (; n > 0; --n) *to++ = *from++;
  return to;
}

struct Shape2D {
  Window y, x;
  size_t batch, channels, outputs, groups;
  size_t group_channels() const { return channels / groups; }
  size_t group_outputs() const { return outputs / groups; }
  size_t depth() const { return static_cast<size_t>(y.size) * static_cast<size_t>(x.size) * group_channels(); }
  size_t pixels() const { return static_cast<size_t>(y.out) * static_cast<size_t>(x.out); }
};

class Conv2D : public OpKernel {
 public:
  /// Weight (output, tap, channel of the group) is weights[output * steps[0] + tap * steps[1] + channel * steps[2]].
  Conv2D(const Shape2D& shape, Clamp clamp, const float* weights, const size_t (&steps)[3], const float* bias)
      : simd_(simd()), s_(shape), clamp_(clamp) {
    const size_t taps = static_cast<size_t>(s_.y.size) * static_cast<size_t>(s_.x.size);
    std::vector<float> matrix(s_.depth() * s_.group_outputs());
    for (size_t g = 0; g < s_.groups; ++g) {
      float* to = matrix.data();
      for (size_t o = 0; o < s_.group_outputs(); ++o) {
        for (size_t t = 0; t < taps; ++t) {
          for (size_t c = 0; c < s_.group_channels(); ++c)
            *to++ = weights[(g * s_.group_outputs() + o) * steps[0] + t * steps[1] + c * steps[2]];
        }
      }
      weights_.push_back(pack_panels(simd_, matrix.data(), s_.group_outputs(), s_.depth(), s_.depth(), 1));
      bias_.push_back(pack_bias(simd_, bias == nullptr ? nullptr : bias + g * s_.group_outputs(), s_.group_outputs()));
    }
    direct_ = taps == 1 && s_.y.stride == 1 && s_.x.stride == 1;
  }

  void run(const OpValues& v) override {
    const size_t rows = v.samples * s_.batch * s_.pixels();
    if (direct_) {
      for (size_t g = 0; g < s_.groups; ++g)
        parallel_gemm(simd_, product(g, v.in(0) + g * s_.group_channels(), s_.channels, v.out(0), rows));
      return;
    }
    const size_t depth = s_.depth();
    // A multiple of the tiles of all versions.
    const size_t block = std::clamp<size_t>(kPatchFloats / depth / 24 * 24, 24, 192);
    const size_t blocks = (rows + block - 1) / block;
    parallel_for(blocks, 100000 / (block * depth * s_.outputs) + 1, [&](size_t begin, size_t end) {
      float* patches = thread_scratch(block * depth);
      for (size_t i = begin; i < end; ++i) {
        const size_t first = i * block, n = std::min(block, rows - first);
        for (size_t g = 0; g < s_.groups; ++g) {
          gather(v.in(0) + g * s_.group_channels(), first, n, patches);
          simd_.gemm(product(g, patches, depth, v.out(0) + first * s_.outputs, n));
        }
      }
    });
  }

 private:
  Gemm product(size_t g, const float* a, size_t a_stride, float* c, size_t rows) const {
    Gemm out;
    out.a = a, out.a_stride = a_stride;
    out.b = weights_[g].data(), out.bias = bias_[g].data();
    out.c = c + g * s_.group_outputs(), out.c_stride = s_.outputs;
    out.rows = rows, out.columns = s_.group_outputs(), out.depth = s_.depth();
    out.clamp = clamp_;
    return out;
  }

  /// The patches of `n` output pixels from number `first` on.
  void gather(const float* in, size_t first, size_t n, float* to) const {
    const size_t row_floats = static_cast<size_t>(s_.x.in) * s_.channels, image_floats = static_cast<size_t>(s_.y.in) * row_floats;
    const float* image = in + first / s_.pixels() * image_floats;
    int32_t oy = static_cast<int32_t>(first % s_.pixels() / static_cast<size_t>(s_.x.out)),
            ox = static_cast<int32_t>(first % static_cast<size_t>(s_.x.out));
    for (size_t p = 0; p < n; ++p) {
      to = gather_one(image, oy, ox, to);
      if (++ox < s_.x.out) continue;
      ox = 0;
      if (++oy < s_.y.out) continue;
      oy = 0, image += image_floats;
    }
  }

  float* gather_one(const float* image, int32_t oy, int32_t ox, float* to) const {
    const size_t width = static_cast<size_t>(s_.x.size), group = s_.group_channels();
    const int32_t left = s_.x.at(ox, 0), right = s_.x.at(ox, s_.x.size - 1);
    const bool whole = left >= 0 && right < s_.x.in && s_.x.dilation == 1 && s_.groups == 1;
    for (int32_t ky = 0; ky < s_.y.size; ++ky) {
      const int32_t y = s_.y.at(oy, ky);
      if (y < 0 || y >= s_.y.in) {
        to = std::fill_n(to, width * group, 0.0f);
        continue;
      }
      const float* row = image + static_cast<size_t>(y) * static_cast<size_t>(s_.x.in) * s_.channels;
      if (whole) {
        to = copy_floats(row + static_cast<size_t>(left) * s_.channels, width * group, to);
        continue;
      }
      for (int32_t kx = 0; kx < s_.x.size; ++kx) {
        const int32_t x = s_.x.at(ox, kx);
        to = x < 0 || x >= s_.x.in ? std::fill_n(to, group, 0.0f) : copy_floats(row + static_cast<size_t>(x) * s_.channels, group, to);
      }
    }
    return to;
  }

  const Simd& simd_;
  Shape2D s_;
  Clamp clamp_;
  bool direct_ = false;
  std::vector<std::vector<float>> weights_, bias_;  ///< a group each
};

/// Multiplier 1: each channel by itself.
class Depthwise : public OpKernel {
 public:
  Depthwise(const Shape2D& shape, Clamp clamp, const float* weights, const float* bias)
      : simd_(simd()), s_(shape), clamp_(clamp), bias_(shape.channels) {
    const size_t taps = static_cast<size_t>(s_.y.size) * static_cast<size_t>(s_.x.size);
    weights_.assign(weights, weights + taps * s_.channels);
    if (bias != nullptr) std::copy_n(bias, s_.channels, bias_.begin());
  }

  void run(const OpValues& v) override {
    const size_t rows = v.samples * s_.batch * static_cast<size_t>(s_.y.out);
    const size_t taps = static_cast<size_t>(s_.y.size) * static_cast<size_t>(s_.x.size), width = static_cast<size_t>(s_.x.out);
    parallel_for(rows, 50000 / (width * taps * s_.channels) + 1, [&](size_t begin, size_t end) {
      for (size_t r = begin; r < end; ++r)
        run_row(v, r / static_cast<size_t>(s_.y.out), static_cast<int32_t>(r % static_cast<size_t>(s_.y.out)));
    });
  }

 private:
  void run_row(const OpValues& v, size_t image, int32_t oy) const {
    const size_t row_floats = static_cast<size_t>(s_.x.in) * s_.channels, width = static_cast<size_t>(s_.x.out);
    const float* in = v.in(0) + image * static_cast<size_t>(s_.y.in) * row_floats;
    thread_local std::vector<const float*> rows, weights;
    rows.clear(), weights.clear();
    for (int32_t ky = 0; ky < s_.y.size; ++ky) {
      const int32_t y = s_.y.at(oy, ky);
      if (y < 0 || y >= s_.y.in) continue;
      rows.push_back(in + static_cast<size_t>(y) * row_floats);
      weights.push_back(weights_.data() + static_cast<size_t>(ky) * static_cast<size_t>(s_.x.size) * s_.channels);
    }
    DepthwiseRow d;
    d.rows = rows.data(), d.weights = weights.data(), d.row_count = rows.size();
    d.taps = static_cast<size_t>(s_.x.size), d.width = static_cast<size_t>(s_.x.in);
    d.stride = s_.x.stride, d.dilation = s_.x.dilation, d.before = s_.x.before;
    d.bias = bias_.data();
    d.out = v.out(0) + (image * static_cast<size_t>(s_.y.out) + static_cast<size_t>(oy)) * width * s_.channels;
    d.pixels = width, d.channels = s_.channels, d.clamp = clamp_;
    simd_.depthwise_row(d);
  }

  const Simd& simd_;
  Shape2D s_;
  Clamp clamp_;
  std::vector<float> bias_, weights_;
};

/// What both operators share; nothing where they do not fit. `kernel_at`: index of the window's height in the weights' dimensions.
std::optional<Shape2D> shape_of(const ir::Graph& graph, const ir::Op& op) {
  if (!computed_floats(graph, op, 0) || !constant_floats(graph, op, 1)) return std::nullopt;
  if (op.input(2) >= 0 && !constant_floats(graph, op, 2)) return std::nullopt;
  const ir::Dims &in = graph[op.input(0)].dims, &w = graph[op.input(1)].dims, &out = graph[op.outputs[0]].dims;
  if (in.size() != 4 || w.size() != 4 || out.size() != 4 || in[0] != out[0] || graph[op.outputs[0]].type != Type::kFloat32)
    return std::nullopt;
  const auto y = window_of(in[1], out[1], w[1], op.integer("stride_h"), op.integer("dilation_h_factor"), op.padding());
  const auto x = window_of(in[2], out[2], w[2], op.integer("stride_w"), op.integer("dilation_w_factor"), op.padding());
  if (!y || !x || in[3] < 1 || out[3] < 1 || w[3] < 1) return std::nullopt;
  if (op.input(2) >= 0 && graph[op.input(2)].count() != out[3]) return std::nullopt;
  return Shape2D{*y, *x, static_cast<size_t>(in[0]), static_cast<size_t>(in[3]), static_cast<size_t>(out[3]), 1};
}

const float* bias_of(const ir::Graph& graph, const ir::Op& op) {
  return op.input(2) < 0 ? nullptr : graph[op.input(2)].values<float>().data();
}

}  // namespace

std::unique_ptr<OpKernel> make_conv_2d(const ir::Graph& graph, const ir::Op& op) {
  std::optional<Shape2D> s = shape_of(graph, op);
  const auto clamp = clamp_of(op.activation());
  if (!s || !clamp) return nullptr;
  const ir::Tensor& w = graph[op.input(1)];
  const size_t group = static_cast<size_t>(w.dims[3]);
  s->groups = s->channels / group;
  if (static_cast<size_t>(w.dims[0]) != s->outputs || s->channels % group != 0 || s->outputs % s->groups != 0) return nullptr;
  const size_t taps = static_cast<size_t>(s->y.size) * static_cast<size_t>(s->x.size);
  return std::make_unique<Conv2D>(*s, *clamp, w.values<float>().data(), (const size_t[]){taps * group, group, 1}, bias_of(graph, op));
}

std::unique_ptr<OpKernel> make_depthwise_conv_2d(const ir::Graph& graph, const ir::Op& op) {
  std::optional<Shape2D> s = shape_of(graph, op);
  const auto clamp = clamp_of(op.activation());
  if (!s || !clamp) return nullptr;
  const ir::Tensor& w = graph[op.input(1)];
  if (w.dims[0] != 1 || static_cast<size_t>(w.dims[3]) != s->outputs || s->outputs % s->channels != 0) return nullptr;
  if (s->outputs == s->channels) return std::make_unique<Depthwise>(*s, *clamp, w.values<float>().data(), bias_of(graph, op));
  s->groups = s->channels;
  return std::make_unique<Conv2D>(*s, *clamp, w.values<float>().data(), (const size_t[]){1, s->outputs, 0}, bias_of(graph, op));
}

}  // namespace midge
