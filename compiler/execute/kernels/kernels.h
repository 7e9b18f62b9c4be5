// The fast kernels: each function makes one for an operator, or gives null where it does not take its types, shapes or options.
#pragma once
#include <optional>

#include "compiler/execute/kernels/simd.h"
#include "compiler/execute/op_kernel.h"

namespace midge {

std::unique_ptr<OpKernel> make_conv_2d(const ir::Graph& graph, const ir::Op& op);
std::unique_ptr<OpKernel> make_depthwise_conv_2d(const ir::Graph& graph, const ir::Op& op);
std::unique_ptr<OpKernel> make_fully_connected(const ir::Graph& graph, const ir::Op& op);
std::unique_ptr<OpKernel> make_batch_matmul(const ir::Graph& graph, const ir::Op& op);
std::unique_ptr<OpKernel> make_pool_2d(const ir::Graph& graph, const ir::Op& op);
std::unique_ptr<OpKernel> make_mean(const ir::Graph& graph, const ir::Op& op);
std::unique_ptr<OpKernel> make_binary(const ir::Graph& graph, const ir::Op& op);
std::unique_ptr<OpKernel> make_unary(const ir::Graph& graph, const ir::Op& op);
std::unique_ptr<OpKernel> make_softmax(const ir::Graph& graph, const ir::Op& op);
std::unique_ptr<OpKernel> make_copy(const ir::Graph& graph, const ir::Op& op);
std::unique_ptr<OpKernel> make_concatenation(const ir::Graph& graph, const ir::Op& op);
std::unique_ptr<OpKernel> make_pad(const ir::Graph& graph, const ir::Op& op);
std::unique_ptr<OpKernel> make_transpose(const ir::Graph& graph, const ir::Op& op);

// What several of them share.

/// Of a fused activation; nothing for one that does not clamp.
std::optional<Clamp> clamp_of(Activation activation);
/// Input i is float32 and computed, not a constant.
bool computed_floats(const ir::Graph& graph, const ir::Op& op, size_t i);
/// Input i is float32 and a constant.
bool constant_floats(const ir::Graph& graph, const ir::Op& op, size_t i);
/// The elements of a constant int32 or int64 input; nothing if it is not one.
std::optional<std::vector<int32_t>> constant_integers(const ir::Graph& graph, const ir::Op& op, size_t i);

/// A convolution's or pooling's windows along one axis: output position o covers inputs o * stride - before + t * dilation.
struct Window {
  int32_t in, out, size, stride, dilation, before;
  int32_t at(int32_t o, int32_t t) const { return o * stride - before + t * dilation; }
};
/// Nothing if the output is not what the padding gives.
std::optional<Window> window_of(int32_t in, int32_t out, int32_t size, int64_t stride, int64_t dilation, Padding padding);

/// B of a Gemm in panels, from a matrix whose element (k, column) is at[column * column_step + k * depth_step].
std::vector<float> pack_panels(const Simd& simd, const float* at, size_t columns, size_t depth, size_t column_step, size_t depth_step);
/// The bias with zeros up to a whole panel; all zeros for null.
std::vector<float> pack_bias(const Simd& simd, const float* bias, size_t columns);
/// A Gemm in blocks over the threads.
void parallel_gemm(const Simd& simd, const Gemm& gemm);

/// Scratch of this thread, kept for the next use.
float* thread_scratch(size_t floats);

}  // namespace midge
