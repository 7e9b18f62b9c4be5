// QuantizeLinear and its kin, and operators on quantised tensors. The latter become DEQUANTIZE, the float operator and QUANTIZE,
// exactly as if the exporter had written them so; qdq.cc makes integer operators of all of them alike.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/import/onnx/matmul.h"
#include "compiler/import/onnx/quantized.h"
#include "compiler/import/onnx/window.h"

namespace midge::onnx {
namespace {

ir::Quantization scales_of(Lowering& l, int32_t x, int32_t scale, int32_t zero, int64_t axis) {
  ir::Quantization q;
  q.scales = l.floats(scale, "scale");
  for (const float s : q.scales) {
    if (!(s > 0) || !std::isfinite(s)) l.refuse(fmt::format("a scale is {}", s), "the calibration has gone wrong");
  }
  if (zero >= 0) q.zero_points = l.ints(zero, "zero point");
  if (zero < 0 || q.zero_points.size() == 1) q.zero_points.assign(q.scales.size(), zero < 0 ? 0 : q.zero_points.at(0));
  if (q.zero_points.size() != q.scales.size()) l.refuse("scales and zero points differ in number", "the file is damaged");
  if (q.scales.size() > 1) {
    q.dimension = l.axis(axis, l.rank(x));
    if (static_cast<int32_t>(q.scales.size()) != l.dim(x, static_cast<size_t>(q.dimension)))
      l.refuse("it has blocks of scales", "use one scale, or one a channel");
  }
  return q;
}

/// A constant's elements as floats; they keep their scales for qdq.cc.
int32_t dequantize_constant(Lowering& l, int32_t x, int32_t scale, int32_t zero, int64_t axis, int64_t block) {
  const std::vector<double> values = l.numbers(x, "data");
  const std::vector<float> scales = l.floats(scale, "scale");
  const std::vector<double> zeros = zero < 0 ? std::vector<double>(scales.size()) : l.numbers(zero, "zero point");
  const Dims& dims = l.dims(x);
  const bool one = scales.size() == 1;
  const auto a = one ? size_t{0} : static_cast<size_t>(l.axis(axis, l.rank(x)));
  int64_t inner = 1;
  for (size_t i = a + 1; i < dims.size(); ++i) inner *= dims[i];
  const int64_t size = one ? 1 : dims[a], step = one || block == 0 ? 1 : block, groups = (size + step - 1) / step;
  const int64_t outer = one ? 1 : l.at(x).count() / std::max<int64_t>(size * inner, 1);
  const int64_t needed = one ? 1 : block == 0 ? size : groups * inner * outer;
  if (block < 0 || static_cast<int64_t>(scales.size()) != needed || zeros.size() != scales.size()) {
    l.refuse("its scales do not fit its data", "the file is damaged");
  }
  std::vector<float> out;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto n = static_cast<int64_t>(i);
    const int64_t channel = n / inner % size;
    const int64_t at = one ? 0 : block == 0 ? channel : (n / (inner * size) * groups + channel / step) * inner + n % inner;
    out.push_back(static_cast<float>(values[i] - zeros[static_cast<size_t>(at)]) * scales[static_cast<size_t>(at)]);
  }
  const int32_t y = l.floats(dims, out);
  if (block == 0) {
    ir::Quantization& q = l.graph()[y].quantization;
    q.scales = scales, q.zero_points.assign(zeros.begin(), zeros.end()), q.dimension = static_cast<int32_t>(one ? 0 : a);
    for (int64_t& z : q.zero_points) z -= l.type(x) == Type::kUint8 ? 128 : 0;
  }
  return y;
}

void limits(Type t, double* low, double* high) {
  switch (t) {
    case Type::kUint8: *low = 0, *high = 255; break;
    case Type::kInt8: *low = -128, *high = 127; break;
    case Type::kUint16: *low = 0, *high = 65535; break;
    default: *low = -32768, *high = 32767; break;
  }
}

}  // namespace

int32_t dequantize(Lowering& l, int32_t x, int32_t scale, int32_t zero, int64_t axis, int64_t block) {
  if (l.constant(x)) return dequantize_constant(l, x, scale, zero, axis, block);
  const bool fits = l.type(x) == Type::kInt8 || l.type(x) == Type::kUint8 || l.type(x) == Type::kInt16;
  if (fits && l.constant(scale) && (zero < 0 || l.constant(zero)) && block == 0) {
    const ir::Quantization q = scales_of(l, x, scale, zero, axis);
    if (!l.at(x).quantization.present()) l.graph()[x].quantization = q;
    if (l.at(x).quantization == q) return l.op(Builtin::DEQUANTIZE, {x}, {}, Type::kFloat32);
  }
  if (block != 0) l.refuse("its data are computed, and its scales stand for blocks", "only constants may have blocks of scales");
  const auto along = [&](int32_t v) {
    if (l.at(v).count() == 1) return l.reshape(v, {});
    Dims dims(l.dims(x).size(), 1);
    dims[static_cast<size_t>(l.axis(axis, l.rank(x)))] = static_cast<int32_t>(l.at(v).count());
    return l.reshape(v, dims);
  };
  int32_t y = l.cast(x, Type::kFloat32);
  if (zero >= 0) y = l.sub(y, along(l.cast(zero, Type::kFloat32)));
  return l.mul(y, along(scale));
}

int32_t quantize(Lowering& l, int32_t x, int32_t scale, int32_t zero, int64_t axis, Type type) {
  const bool fits = type == Type::kInt8 || type == Type::kUint8 || type == Type::kInt16;
  if (!fits && type != Type::kUint16) l.refuse(fmt::format("it quantises to {}", type_name(type)), "int8, uint8 and int16 can be imported");
  if (fits && l.constant(scale) && (zero < 0 || l.constant(zero)) && !l.constant(x)) {
    ir::Op op;
    op.code = Builtin::QUANTIZE, op.inputs = {x};
    return l.add_op(std::move(op), {type}, {scales_of(l, x, scale, zero, axis)});
  }
  const auto along = [&](int32_t v) {
    if (l.at(v).count() == 1) return l.reshape(v, {});
    Dims dims(l.dims(x).size(), 1);
    dims[static_cast<size_t>(l.axis(axis, l.rank(x)))] = static_cast<int32_t>(l.at(v).count());
    return l.reshape(v, dims);
  };
  double low, high;
  limits(type, &low, &high);
  int32_t y = l.op(Builtin::ROUND, {l.div(x, along(scale))});
  if (zero >= 0) y = l.add(y, along(l.cast(zero, Type::kFloat32)));
  y = l.op(Builtin::MINIMUM, {l.op(Builtin::MAXIMUM, {y, l.scalar(static_cast<float>(low))}), l.scalar(static_cast<float>(high))});
  return l.cast(l.cast(y, Type::kInt32), type);
}

void op_dequantize_linear(Lowering& l) {
  l.out(0, dequantize(l, l.in(0), l.in(1), l.has(2) ? l.in(2) : -1, l.node().integer("axis", 1), l.node().integer("block_size", 0)));
}

void op_quantize_linear(Lowering& l) {
  if (l.node().integer("block_size", 0) != 0) l.refuse("its scales stand for blocks", "use one scale, or one a channel");
  std::optional<Type> type = l.has(2) ? std::optional(l.type(l.in(2))) : graph_type(static_cast<Element>(l.node().integer("output_dtype", 2)));
  if (!l.has(2) && l.node().integer("output_dtype", 0) == 0) type = Type::kUint8;
  const auto declared = static_cast<Element>(l.node().integer("output_dtype", 0));
  if (l.has_four_bits(2) || declared == Element::kInt4 || declared == Element::kUint4) type.reset();
  if (!type) l.refuse("its output type has no counterpart", "quantise to int8, uint8 or int16");
  l.out(0, quantize(l, l.in(0), l.in(1), l.has(2) ? l.in(2) : -1, l.node().integer("axis", 1), *type));
}

void op_dynamic_quantize_linear(Lowering& l) {
  const int32_t x = l.in(0), zero = l.scalar(0);
  std::vector<int32_t> axes;
  for (int32_t i = 0; i < l.rank(x); ++i) axes.push_back(i);
  const int32_t low = l.op(Builtin::MINIMUM, {l.reduce(Builtin::REDUCE_MIN, x, axes, false), zero});
  const int32_t high = l.op(Builtin::MAXIMUM, {l.reduce(Builtin::REDUCE_MAX, x, axes, false), zero});
  const int32_t scale = l.div(l.sub(high, low), l.scalar(255));
  const int32_t exact = l.op(Builtin::ROUND, {l.div(l.op(Builtin::NEG, {low}), scale)});
  const int32_t point = l.op(Builtin::MINIMUM, {l.op(Builtin::MAXIMUM, {exact, zero}), l.scalar(255)});
  const int32_t y = l.add(l.op(Builtin::ROUND, {l.div(x, scale)}), point);
  const int32_t clipped = l.op(Builtin::MINIMUM, {l.op(Builtin::MAXIMUM, {y, zero}), l.scalar(255)});
  l.out(0, l.cast(l.cast(clipped, Type::kInt32), Type::kUint8));
  l.out(1, scale), l.out(2, l.cast(l.cast(point, Type::kInt32), Type::kUint8));
}

namespace {

int32_t optional_in(Lowering& l, size_t i) { return l.has(i) ? l.in(i) : -1; }

/// The input at i with its scale and zero point behind it.
int32_t real(Lowering& l, size_t i, int64_t axis = 0) { return dequantize(l, l.in(i), l.in(i + 1), optional_in(l, i + 2), axis, 0); }

void quantized_out(Lowering& l, int32_t y, size_t scale) {
  const int32_t zero = optional_in(l, scale + 1);
  l.out(0, quantize(l, y, l.in(scale), zero, 1, zero < 0 ? l.type(l.in(0)) : l.type(zero)));
}

/// An int32 bias whose scale is that of input and weights together.
int32_t real_bias(Lowering& l, int32_t bias, size_t input_scale, size_t weight_scale) {
  if (bias < 0) return -1;
  const std::vector<double> b = l.numbers(bias, "bias");
  const double s = static_cast<double>(l.floats(l.in(input_scale), "scale").at(0));
  const std::vector<float> w = l.floats(l.in(weight_scale), "scale");
  std::vector<float> out;
  for (size_t i = 0; i < b.size(); ++i)
    out.push_back(static_cast<float>(b[i] * s * static_cast<double>(w.at(w.size() == b.size() ? i : 0))));
  return l.floats(l.dims(bias), out);
}

/// Integers that are exact in floats: x - zero.
int32_t shifted(Lowering& l, int32_t x, int32_t zero, bool rows) {
  const int32_t y = l.cast(x, Type::kFloat32);
  if (zero < 0) return y;
  int32_t z = l.cast(zero, Type::kFloat32);
  if (l.at(z).count() > 1 && rows) z = l.reshape(z, {static_cast<int32_t>(l.at(z).count()), 1});
  return l.sub(y, l.at(z).count() == 1 ? l.reshape(z, {}) : z);
}

void check_exact(Lowering& l, int64_t terms) {
  if (terms * 255 * 255 > 1 << 24) {
    l.warn("onnx-integer-sums", fmt::format("its sums of {} products are computed in float32: beyond 16,777,216 they are rounded", terms));
  }
}

}  // namespace

void op_qlinear_conv(Lowering& l) {
  const int32_t bias = real_bias(l, optional_in(l, 8), 1, 4);
  quantized_out(l, convolve(l, real(l, 0), real(l, 3), bias), 6);
}

void op_qlinear_matmul(Lowering& l) { quantized_out(l, matmul(l, real(l, 0), real(l, 3, l.rank(l.in(3)) - 1)), 6); }

/// com.microsoft's: A, a_scale, a_zero, B, b_scale, b_zero, C (int32), y_scale, y_zero.
void op_qgemm(Lowering& l) {
  const int32_t bias = real_bias(l, optional_in(l, 6), 1, 4);
  const int32_t y = gemm(l, real(l, 0), real(l, 3, l.node().integer("transB", 0) != 0 ? 0 : 1), bias);
  if (!l.has(7)) return l.out(0, y);
  quantized_out(l, y, 7);
}

void op_qlinear_add(Lowering& l) { quantized_out(l, l.add(real(l, 0), real(l, 3)), 6); }
void op_qlinear_mul(Lowering& l) { quantized_out(l, l.mul(real(l, 0), real(l, 3)), 6); }
void op_qlinear_sigmoid(Lowering& l) { quantized_out(l, l.op(Builtin::LOGISTIC, {real(l, 0)}), 3); }
void op_qlinear_leaky_relu(Lowering& l) {
  quantized_out(l, l.op(Builtin::LEAKY_RELU, {real(l, 0)}, {{"alpha", static_cast<double>(l.node().real("alpha", 0.01f))}}), 3);
}
void op_qlinear_softmax(Lowering& l) {
  const int32_t x = real(l, 0);
  if (l.axis(l.node().integer("axis", -1), l.rank(x)) != l.rank(x) - 1) l.refuse("it is not along the last axis");
  quantized_out(l, l.op(Builtin::SOFTMAX, {x}, {{"beta", 1.0}}), 3);
}
void op_qlinear_concat(Lowering& l) {  // y_scale, y_zero, then three inputs a part
  std::vector<int32_t> parts;
  for (size_t i = 2; i + 2 < l.input_count(); i += 3) parts.push_back(real(l, i));
  if (parts.empty()) l.refuse("it has no inputs", "the file is damaged");
  const int32_t y = l.concat(parts, l.axis(l.node().integer("axis", 0), l.rank(parts[0])));
  l.out(0, quantize(l, y, l.in(0), l.in(1), 1, l.type(l.in(1))));
}
void op_qlinear_global_average_pool(Lowering& l) {
  const int32_t x = real(l, 0);
  if (l.rank(x) != 4) l.refuse("its input has other than two dimensions of space");
  const bool last = l.node().integer("channels_last", 0) != 0;
  const int32_t image = last ? x : l.to_channels_last(x), y = l.reduce(Builtin::MEAN, image, {1, 2}, true);
  quantized_out(l, last ? y : l.to_channels_first(y, 4), 3);
}

void op_qlinear_average_pool(Lowering& l) {
  const int32_t x = real(l, 0);
  const Ints k = l.node().ints("kernel_shape");
  if (l.rank(x) != 4 || k.size() != 2) l.refuse("it has other than two dimensions of space");
  const bool last = l.node().integer("channels_last", 0) != 0;
  const int32_t image = last ? x : l.to_channels_last(x);
  const Window w = window_of(l, image, {static_cast<int32_t>(k[0]), static_cast<int32_t>(k[1])});
  if (w.before != Two{0, 0} || w.after != Two{0, 0} || w.beyond[0] > 0 || w.beyond[1] > 0 || w.dilation != Two{1, 1})
    l.refuse("it is padded or dilated");
  const int32_t y = l.op(Builtin::AVERAGE_POOL_2D, {image},
                         {{"padding", static_cast<int64_t>(Padding::kValid)},
                          {"stride_h", int64_t{w.stride[0]}},
                          {"stride_w", int64_t{w.stride[1]}},
                          {"filter_height", int64_t{w.kernel[0]}},
                          {"filter_width", int64_t{w.kernel[1]}}});
  quantized_out(l, last ? y : l.to_channels_first(y, 4), 3);
}

void op_conv_integer(Lowering& l) {
  const int32_t x = l.in(0), w = l.in(1);
  check_exact(l, l.at(w).count() / std::max(l.dim(w, 0), 1));
  int32_t zero = optional_in(l, 3);
  if (zero >= 0 && l.at(zero).count() > 1) {
    Dims dims(l.dims(w).size(), 1);
    dims[0] = static_cast<int32_t>(l.at(zero).count());
    zero = l.reshape(zero, dims);
  }
  l.out(0, l.cast(convolve(l, shifted(l, x, optional_in(l, 2), false), shifted(l, w, zero, false), -1), Type::kInt32));
}

void op_matmul_integer(Lowering& l) {
  const int32_t a = l.in(0), b = l.in(1);
  check_exact(l, l.dims(a).back());
  l.out(0, l.cast(matmul(l, shifted(l, a, optional_in(l, 2), true), shifted(l, b, optional_in(l, 3), false)), Type::kInt32));
}

/// com.microsoft's: B's integers with a float scale; what onnxruntime makes of MatMulInteger and what follows it.
void op_dynamic_quantize_matmul(Lowering& l) {
  const int32_t b = dequantize(l, l.in(1), l.in(2), optional_in(l, 3), 1, 0);
  const int32_t y = matmul(l, l.in(0), b);
  l.out(0, l.has(4) ? l.add(y, l.in(4)) : y);
}

}  // namespace midge::onnx
