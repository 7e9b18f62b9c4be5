#include "compiler/optimize/values.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace midge {

using ir::Dims;
using ir::Graph;
using ir::Tensor;

bool has_dims(const Tensor& t) {
  return std::all_of(t.dims.begin(), t.dims.end(), [](int32_t d) { return d > 0; });
}

bool is_float(const Tensor& t) { return t.type == Type::kFloat32 && !t.quantization.present() && has_dims(t); }

bool same_encoding(const Tensor& a, const Tensor& b) { return a.type == b.type && a.quantization == b.quantization; }

namespace {

bool is_float_constant(const Graph& graph, int32_t t) {
  return t >= 0 && graph[t].constant() && graph[t].type == Type::kFloat32 && !graph[t].is_variable && graph[t].data->size() == graph[t].bytes();
}

}  // namespace

std::optional<float> uniform_float(const Graph& graph, int32_t t) {
  if (!is_float_constant(graph, t)) return {};
  const auto v = graph[t].values<float>();
  if (v.empty() || !std::all_of(v.begin(), v.end(), [&](float x) { return x == v[0]; })) return {};
  return v[0];
}

std::optional<std::vector<float>> channel_floats(const Graph& graph, int32_t t, int32_t channels) {
  if (!is_float_constant(graph, t) || channels <= 0) return {};
  const auto v = graph[t].values<float>();
  if (const auto one = uniform_float(graph, t); one && v.size() == 1) return std::vector<float>(static_cast<size_t>(channels), *one);
  const Dims& dims = graph[t].dims;
  if (dims.empty() || dims.back() != channels || static_cast<int64_t>(v.size()) != channels) return {};
  return std::vector<float>(v.begin(), v.end());
}

std::optional<std::vector<int32_t>> int_values(const Graph& graph, int32_t t) {
  if (t < 0 || !graph[t].constant() || graph[t].is_variable || graph[t].data->size() != graph[t].bytes()) return {};
  if (graph[t].type == Type::kInt32) {
    const auto v = graph[t].values<int32_t>();
    return std::vector<int32_t>(v.begin(), v.end());
  }
  if (graph[t].type != Type::kInt64) return {};
  std::vector<int32_t> out;
  for (const int64_t v : graph[t].values<int64_t>()) {
    if (v < std::numeric_limits<int32_t>::min() || v > std::numeric_limits<int32_t>::max()) return {};
    out.push_back(static_cast<int32_t>(v));
  }
  return out;
}

std::optional<std::vector<int32_t>> permutation_of(const Graph& graph, const ir::Op& op) {
  if (op.code != Builtin::TRANSPOSE || op.inputs.size() != 2 || op.outputs.size() != 1 || op.inputs[0] < 0) return {};
  auto p = int_values(graph, op.inputs[1]);
  const size_t rank = graph[op.inputs[0]].dims.size();
  if (!p || p->size() != rank || graph[op.outputs[0]].dims.size() != rank) return {};
  std::vector<bool> seen(rank);
  for (const int32_t d : *p) {
    if (d < 0 || static_cast<size_t>(d) >= rank || seen[static_cast<size_t>(d)]) return {};
    seen[static_cast<size_t>(d)] = true;
  }
  return p;
}

std::optional<std::vector<int32_t>> normal_axes(std::vector<int32_t> axes, size_t rank) {
  const int32_t n = static_cast<int32_t>(rank);
  for (int32_t& a : axes) {
    if (a < -n || a >= n) return {};
    if (a < 0) a += n;
  }
  std::sort(axes.begin(), axes.end());
  axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
  return axes;
}

bool is_unary_elementwise(Builtin code) {
  switch (code) {
    case Builtin::ABS:
    case Builtin::CAST:
    case Builtin::CEIL:
    case Builtin::COS:
    case Builtin::DEQUANTIZE:
    case Builtin::ELU:
    case Builtin::EXP:
    case Builtin::FAKE_QUANT:
    case Builtin::FLOOR:
    case Builtin::GELU:
    case Builtin::HARD_SWISH:
    case Builtin::LEAKY_RELU:
    case Builtin::LOG:
    case Builtin::LOGICAL_NOT:
    case Builtin::LOGISTIC:
    case Builtin::NEG:
    case Builtin::QUANTIZE:
    case Builtin::RELU:
    case Builtin::RELU6:
    case Builtin::RELU_0_TO_1:
    case Builtin::RELU_N1_TO_1:
    case Builtin::ROUND:
    case Builtin::RSQRT:
    case Builtin::SIGN:
    case Builtin::SIN:
    case Builtin::SQRT:
    case Builtin::SQUARE:
    case Builtin::TANH:
    case Builtin::ZEROS_LIKE: return true;
    default: return false;
  }
}

bool is_binary_elementwise(Builtin code) {
  switch (code) {
    case Builtin::ADD:
    case Builtin::ATAN2:
    case Builtin::BITWISE_XOR:
    case Builtin::DIV:
    case Builtin::EQUAL:
    case Builtin::FLOOR_DIV:
    case Builtin::FLOOR_MOD:
    case Builtin::GREATER:
    case Builtin::GREATER_EQUAL:
    case Builtin::LESS:
    case Builtin::LESS_EQUAL:
    case Builtin::LOGICAL_AND:
    case Builtin::LOGICAL_OR:
    case Builtin::MAXIMUM:
    case Builtin::MINIMUM:
    case Builtin::MUL:
    case Builtin::NOT_EQUAL:
    case Builtin::POW:
    case Builtin::PRELU:
    case Builtin::RIGHT_SHIFT:
    case Builtin::SQUARED_DIFFERENCE:
    case Builtin::SUB: return true;
    default: return false;
  }
}

Dims permuted(const Dims& dims, const std::vector<int32_t>& permutation) {
  Dims out(permutation.size());
  for (size_t d = 0; d < out.size(); ++d) out[d] = dims[static_cast<size_t>(permutation[d])];
  return out;
}

std::vector<int32_t> inverse(const std::vector<int32_t>& permutation) {
  std::vector<int32_t> out(permutation.size());
  for (size_t d = 0; d < out.size(); ++d) out[static_cast<size_t>(permutation[d])] = static_cast<int32_t>(d);
  return out;
}

bool is_identity(const std::vector<int32_t>& permutation) {
  for (size_t d = 0; d < permutation.size(); ++d) {
    if (permutation[d] != static_cast<int32_t>(d)) return false;
  }
  return true;
}

bool moves_nothing(const Dims& dims, const std::vector<int32_t>& permutation) {
  int32_t last = -1;
  for (const int32_t d : permutation) {
    if (dims[static_cast<size_t>(d)] == 1) continue;
    if (d < last) return false;
    last = d;
  }
  return true;
}

Tensor transposed(const Tensor& constant, const std::vector<int32_t>& permutation) {
  Tensor out = constant;
  out.dims = permuted(constant.dims, permutation);
  const size_t rank = out.dims.size();
  // A bias may name a dimension that it does not have.
  if (constant.quantization.per_channel() && static_cast<size_t>(constant.quantization.dimension) < rank) {
    out.quantization.dimension = inverse(permutation)[static_cast<size_t>(constant.quantization.dimension)];
  }
  if (moves_nothing(constant.dims, permutation)) return out;
  const size_t size = type_bytes(constant.type);
  std::vector<size_t> strides(rank, size);  // of the input, in bytes
  for (size_t d = rank - 1; d-- > 0;) strides[d] = strides[d + 1] * static_cast<size_t>(constant.dims[d + 1]);
  ir::Bytes bytes(constant.data->size());
  std::vector<int32_t> at(rank);
  size_t from = 0;
  for (size_t to = 0; to < bytes.size(); to += size) {
    std::memcpy(bytes.data() + to, constant.data->data() + from, size);
    for (size_t d = rank; d-- > 0;) {
      const size_t step = strides[static_cast<size_t>(permutation[d])];
      from += step;
      if (++at[d] < out.dims[d]) break;
      from -= step * static_cast<size_t>(at[d]);
      at[d] = 0;
    }
  }
  out.data = std::make_shared<ir::Bytes>(std::move(bytes));
  return out;
}

bool is_repeatable(Builtin code) {
  switch (code) {
    case Builtin::CUSTOM:
    case Builtin::RANDOM_UNIFORM:
    case Builtin::RANDOM_STANDARD_NORMAL:
    case Builtin::MULTINOMIAL:
    case Builtin::IF:
    case Builtin::WHILE:
    case Builtin::CALL:
    case Builtin::CALL_ONCE:
    case Builtin::VAR_HANDLE:
    case Builtin::READ_VARIABLE:
    case Builtin::ASSIGN_VARIABLE: return false;
    default: return true;
  }
}

}  // namespace midge
