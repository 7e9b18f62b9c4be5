// FULLY_CONNECTED with constant weights, and BATCH_MATMUL.
#include <algorithm>

#include "compiler/execute/executor.h"
#include "compiler/execute/kernels/kernels.h"

namespace midge {
namespace {

class FullyConnected : public OpKernel {
 public:
  FullyConnected(size_t rows, size_t columns, size_t depth, Clamp clamp, const float* weights, const float* bias)
      : simd_(simd()),
        rows_(rows),
        columns_(columns),
        depth_(depth),
        clamp_(clamp),
        weights_(pack_panels(simd_, weights, columns, depth, depth, 1)),
        bias_(pack_bias(simd_, bias, columns)) {}

  void run(const OpValues& v) override {
    parallel_gemm(simd_, {v.in(0), depth_, weights_.data(), bias_.data(), v.out(0), columns_, rows_ * v.samples, columns_, depth_, clamp_});
  }

 private:
  const Simd& simd_;
  size_t rows_, columns_, depth_;
  Clamp clamp_;
  std::vector<float> weights_, bias_;
};

/// A product for each index of the leading dimensions, which stretch; either side may be a constant.
class BatchMatMul : public OpKernel {
 public:
  struct Side {
    bool constant, turned;       ///< turned: the last two dimensions are the other way round
    std::vector<size_t> matrix;  ///< for each product of a sample, which matrix it takes
    size_t per_sample;           ///< matrices
  };
  BatchMatMul(Side x, Side y, size_t rows, size_t columns, size_t depth)
      : simd_(simd()), x_(std::move(x)), y_(std::move(y)), rows_(rows), columns_(columns), depth_(depth), zeros_(pack_bias(simd_, nullptr, columns)) {}

  void run(const OpValues& v) override {
    const size_t a_size = rows_ * depth_, b_size = depth_ * columns_, products = x_.matrix.size();
    parallel_for(v.samples * products, 50000 / (a_size * columns_) + 1, [&](size_t begin, size_t end) {
      for (size_t i = begin; i < end; ++i) {
        const size_t sample = i / products, p = i % products;
        const float* a = v.in(0) + (x_.matrix[p] + (x_.constant ? 0 : sample * x_.per_sample)) * a_size;
        const float* b = v.in(1) + (y_.matrix[p] + (y_.constant ? 0 : sample * y_.per_sample)) * b_size;
        const std::vector<float> panels =
            y_.turned ? pack_panels(simd_, b, columns_, depth_, depth_, 1) : pack_panels(simd_, b, columns_, depth_, 1, columns_);
        if (x_.turned) {
          float* straight = thread_scratch(a_size);
          for (size_t r = 0; r < rows_; ++r) {
            for (size_t k = 0; k < depth_; ++k) straight[r * depth_ + k] = a[k * rows_ + r];
          }
          a = straight;
        }
        simd_.gemm({a, depth_, panels.data(), zeros_.data(), v.out(0) + i * rows_ * columns_, columns_, rows_, columns_, depth_,
                    *clamp_of(Activation::kNone)});
      }
    });
  }

 private:
  const Simd& simd_;
  Side x_, y_;
  size_t rows_, columns_, depth_;
  std::vector<float> zeros_;
};

}  // namespace

std::unique_ptr<OpKernel> make_fully_connected(const ir::Graph& graph, const ir::Op& op) {
  const auto clamp = clamp_of(op.activation());
  if (!clamp || !computed_floats(graph, op, 0) || !constant_floats(graph, op, 1) || op.integer("weights_format") != 0) return nullptr;
  const bool has_bias = op.input(2) >= 0;
  if (has_bias && !constant_floats(graph, op, 2)) return nullptr;
  const ir::Tensor &in = graph[op.input(0)], &w = graph[op.input(1)], &out = graph[op.outputs[0]];
  if (w.dims.size() != 2 || w.dims[0] < 1 || w.dims[1] < 1 || in.count() % w.dims[1] != 0 || out.type != Type::kFloat32) return nullptr;
  const int64_t rows = in.count() / w.dims[1];
  if (out.count() != rows * w.dims[0] || (has_bias && graph[op.input(2)].count() != w.dims[0])) return nullptr;
  return std::make_unique<FullyConnected>(static_cast<size_t>(rows), static_cast<size_t>(w.dims[0]), static_cast<size_t>(w.dims[1]), *clamp,
                                          w.values<float>().data(), has_bias ? graph[op.input(2)].values<float>().data() : nullptr);
}

std::unique_ptr<OpKernel> make_batch_matmul(const ir::Graph& graph, const ir::Op& op) {
  const ir::Tensor& out = graph[op.outputs[0]];
  for (const size_t i : {size_t{0}, size_t{1}}) {
    if (!computed_floats(graph, op, i) && !constant_floats(graph, op, i)) return nullptr;
    if (graph[op.input(i)].dims.size() < 2) return nullptr;
  }
  if (!computed_floats(graph, op, 0) && !computed_floats(graph, op, 1)) return nullptr;
  const size_t rank = out.dims.size();
  if (rank < 2 || out.type != Type::kFloat32 || out.count() < 1) return nullptr;
  const bool adj_x = op.integer("adj_x") != 0, adj_y = op.integer("adj_y") != 0;
  const auto from_end = [&](size_t i, size_t k) {
    const ir::Dims& d = graph[op.input(i)].dims;
    return d[d.size() - k];
  };
  const int32_t rows = from_end(0, adj_x ? 1 : 2), depth = from_end(0, adj_x ? 2 : 1);
  const int32_t columns = from_end(1, adj_y ? 2 : 1);
  if (from_end(1, adj_y ? 1 : 2) != depth || out.dims[rank - 2] != rows || out.dims[rank - 1] != columns || depth < 1) return nullptr;

  size_t products = 1;
  for (size_t d = 0; d + 2 < rank; ++d) products *= static_cast<size_t>(out.dims[d]);
  BatchMatMul::Side sides[2];
  for (const size_t i : {size_t{0}, size_t{1}}) {
    const ir::Dims& dims = graph[op.input(i)].dims;
    BatchMatMul::Side& side = sides[i];
    side.constant = graph[op.input(i)].constant();
    side.turned = i == 0 ? adj_x : adj_y;
    if (dims.size() > rank) return nullptr;
    side.per_sample = 1;
    for (size_t d = 0; d + 2 < dims.size(); ++d) side.per_sample *= static_cast<size_t>(dims[d]);
    for (size_t p = 0; p < products; ++p) {
      size_t rest = p, at = 0, step = 1;
      for (size_t k = 2; k < rank; ++k) {  // from the last batch dimension to the first
        const size_t d = static_cast<size_t>(out.dims[rank - 1 - k]), index = rest % d;
        rest /= d;
        if (k >= dims.size()) continue;
        const size_t own = static_cast<size_t>(dims[dims.size() - 1 - k]);
        if (own != 1 && own != d) return nullptr;
        if (own != 1) at += index * step;
        step *= own;
      }
      side.matrix.push_back(at);
    }
  }
  return std::make_unique<BatchMatMul>(sides[0], sides[1], static_cast<size_t>(rows), static_cast<size_t>(columns), static_cast<size_t>(depth));
}

}  // namespace midge
