#include <algorithm>
#include <limits>

#include "compiler/execute/executor.h"
#include "compiler/execute/kernels/kernels.h"
#include "compiler/execute/parallel.h"

namespace midge {

std::unique_ptr<OpKernel> make_fast_kernel(const ir::Graph& graph, const ir::Op& op) {
  switch (op.code) {
    case Builtin::CONV_2D: return make_conv_2d(graph, op);
    case Builtin::DEPTHWISE_CONV_2D: return make_depthwise_conv_2d(graph, op);
    case Builtin::FULLY_CONNECTED: return make_fully_connected(graph, op);
    case Builtin::BATCH_MATMUL: return make_batch_matmul(graph, op);
    case Builtin::AVERAGE_POOL_2D:
    case Builtin::MAX_POOL_2D: return make_pool_2d(graph, op);
    case Builtin::MEAN: return make_mean(graph, op);
    case Builtin::ADD:
    case Builtin::SUB:
    case Builtin::MUL: return make_binary(graph, op);
    case Builtin::RELU:
    case Builtin::RELU6:
    case Builtin::RELU_N1_TO_1:
    case Builtin::RELU_0_TO_1:
    case Builtin::LOGISTIC:
    case Builtin::TANH: return make_unary(graph, op);
    case Builtin::SOFTMAX: return make_softmax(graph, op);
    case Builtin::RESHAPE:
    case Builtin::SQUEEZE:
    case Builtin::EXPAND_DIMS: return make_copy(graph, op);
    case Builtin::CONCATENATION: return make_concatenation(graph, op);
    case Builtin::PAD: return make_pad(graph, op);
    case Builtin::TRANSPOSE: return make_transpose(graph, op);
    default: return nullptr;
  }
}

std::optional<Clamp> clamp_of(Activation activation) {
  constexpr float kNo = std::numeric_limits<float>::infinity();
  switch (activation) {
    case Activation::kNone: return Clamp{-kNo, kNo};
    case Activation::kRelu: return Clamp{0, kNo};
    case Activation::kReluN1To1: return Clamp{-1, 1};
    case Activation::kRelu6: return Clamp{0, 6};
    default: return std::nullopt;
  }
}

bool computed_floats(const ir::Graph& graph, const ir::Op& op, size_t i) {
  const int32_t t = op.input(i);
  return t >= 0 && graph[t].type == Type::kFloat32 && !graph[t].constant() && !graph[t].is_variable;
}

bool constant_floats(const ir::Graph& graph, const ir::Op& op, size_t i) {
  const int32_t t = op.input(i);
  return t >= 0 && graph[t].type == Type::kFloat32 && graph[t].constant() && graph[t].data->size() >= graph[t].bytes();
}

std::optional<std::vector<int32_t>> constant_integers(const ir::Graph& graph, const ir::Op& op, size_t i) {
  const int32_t t = op.input(i);
  if (t < 0 || !graph[t].constant()) return std::nullopt;
  if (graph[t].type == Type::kInt32) {
    const auto v = graph[t].values<int32_t>();
    return std::vector<int32_t>(v.begin(), v.end());
  }
  if (graph[t].type != Type::kInt64) return std::nullopt;
  std::vector<int32_t> out;
  for (const int64_t v : graph[t].values<int64_t>()) {
    if (v < INT32_MIN || v > INT32_MAX) return std::nullopt;
    out.push_back(static_cast<int32_t>(v));
  }
  return out;
}

std::optional<Window> window_of(int32_t in, int32_t out, int32_t size, int64_t stride, int64_t dilation, Padding padding) {
  if (in < 1 || out < 1 || size < 1 || stride < 1 || dilation < 1 || stride > INT16_MAX || dilation > INT16_MAX || size > INT16_MAX)
    return std::nullopt;
  const int64_t span = (int64_t{size} - 1) * dilation + 1;
  const int64_t expected = padding == Padding::kSame ? (in + stride - 1) / stride : (in - span + stride) / stride;
  if (expected != out) return std::nullopt;
  const int64_t total = std::max<int64_t>(0, (int64_t{out} - 1) * stride + span - in);
  return Window{
      in, out, size, static_cast<int32_t>(stride), static_cast<int32_t>(dilation), static_cast<int32_t>(padding == Padding::kSame ? total / 2 : 0)};
}

std::vector<float> pack_panels(const Simd& simd, const float* at, size_t columns, size_t depth, size_t column_step, size_t depth_step) {
  const size_t panels = (columns + simd.panel - 1) / simd.panel;
  std::vector<float> out(panels * simd.panel * depth);
  for (size_t c = 0; c < columns; ++c) {
    float* to = out.data() + c / simd.panel * simd.panel * depth + c % simd.panel;
    for (size_t k = 0; k < depth; ++k) to[k * simd.panel] = at[c * column_step + k * depth_step];
  }
  return out;
}

std::vector<float> pack_bias(const Simd& simd, const float* bias, size_t columns) {
  std::vector<float> out((columns + simd.panel - 1) / simd.panel * simd.panel);
  if (bias != nullptr) std::copy_n(bias, columns, out.begin());
  return out;
}

void parallel_gemm(const Simd& simd, const Gemm& gemm) {
  constexpr size_t kRowBlock = 96;        // a multiple of every version's tile
  constexpr size_t kWorthAThread = 40000;  // multiply-adds
  const size_t row_blocks = (gemm.rows + kRowBlock - 1) / kRowBlock;
  const size_t panels = (gemm.columns + simd.panel - 1) / simd.panel;
  // Columns are split too where there are few rows.
  const size_t column_blocks = std::min(panels, std::max<size_t>(1, 4 * parallel_width() / std::max<size_t>(1, row_blocks)));
  const size_t panels_a_block = (panels + column_blocks - 1) / column_blocks;
  const size_t work = std::min(kRowBlock, gemm.rows) * panels_a_block * simd.panel * gemm.depth;
  parallel_for(row_blocks * column_blocks, kWorthAThread / std::max<size_t>(1, work) + 1, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      const size_t row = i / column_blocks * kRowBlock, column = i % column_blocks * panels_a_block * simd.panel;
      if (column >= gemm.columns) continue;
      Gemm part = gemm;
      part.rows = std::min(kRowBlock, gemm.rows - row);
      part.columns = std::min(panels_a_block * simd.panel, gemm.columns - column);
      part.a += row * gemm.a_stride;
      part.b += column * gemm.depth;
      part.bias += column;
      part.c += row * gemm.c_stride + column;
      simd.gemm(part);
    }
  });
}

float* thread_scratch(size_t floats) {
  thread_local std::vector<float> scratch;
  if (scratch.size() < floats) scratch.resize(floats);
  return scratch.data();
}

}  // namespace midge
