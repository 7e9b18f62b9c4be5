// Normalisations, composed of arithmetic; and softmax.
#include <cmath>
#include <numeric>

#include "compiler/import/onnx/lowering.h"

namespace midge::onnx {
namespace {

/// A vector of the channels as [C, 1, 1] for an input with two dimensions of space.
int32_t along_channels(Lowering& l, int32_t v, int32_t rank) {
  Dims dims(static_cast<size_t>(std::max(rank - 1, 1)), 1);
  dims[0] = static_cast<int32_t>(l.at(v).count());
  return l.reshape(v, dims);
}

struct Normalized {
  int32_t value, mean, inverse;
};

Normalized normalize(Lowering& l, int32_t x, const std::vector<int32_t>& axes, float epsilon) {
  const int32_t mean = l.reduce(Builtin::MEAN, x, axes, true);
  const int32_t variance = l.reduce(Builtin::MEAN, l.op(Builtin::SQUARED_DIFFERENCE, {x, mean}), axes, true);
  const int32_t inverse = l.op(Builtin::RSQRT, {l.add(variance, l.scalar(epsilon))});
  return {l.mul(l.sub(x, mean), inverse), mean, inverse};
}

std::vector<int32_t> from_axis(int32_t first, int32_t rank) {
  std::vector<int32_t> axes(static_cast<size_t>(rank - first));
  std::iota(axes.begin(), axes.end(), first);
  return axes;
}

void softmax(Lowering& l, bool log) {
  const int32_t x = l.in(0), rank = l.rank(x);
  const int32_t axis = l.axis(l.node().integer("axis", l.opset() < 13 ? 1 : -1), rank);
  const auto apply = [&](int32_t t) { return log ? l.op(Builtin::LOG_SOFTMAX, {t}) : l.op(Builtin::SOFTMAX, {t}, {{"beta", 1.0}}); };
  if (l.opset() < 13) {  // over all dimensions from the axis on, together
    int32_t outer = 1;
    for (int32_t i = 0; i < axis; ++i) outer *= l.dim(x, static_cast<size_t>(i));
    if (axis == rank - 1) return l.out(0, apply(x));
    return l.out(0, l.reshape(apply(l.reshape(x, {outer, static_cast<int32_t>(l.at(x).count()) / outer})), l.dims(x)));
  }
  std::vector<int32_t> turn = from_axis(0, rank);
  std::swap(turn[static_cast<size_t>(axis)], turn.back());
  l.out(0, l.transpose(apply(l.transpose(x, turn)), turn));
}

}  // namespace

void op_softmax(Lowering& l) { softmax(l, false); }
void op_log_softmax(Lowering& l) { softmax(l, true); }

/// y = x * factor + offset, for optimize/ to fold.
void op_batch_normalization(Lowering& l) {
  if (l.node().integer("training_mode", 0) != 0 || l.wants(1)) l.refuse("it is in training mode", "export after model.eval()");
  const int32_t x = l.in(0);
  const float epsilon = l.node().real("epsilon", 1e-5f);
  const std::vector<float> scale = l.floats(l.in(1), "scale"), bias = l.floats(l.in(2), "bias");
  const std::vector<float> mean = l.floats(l.in(3), "mean"), variance = l.floats(l.in(4), "variance");
  if (bias.size() != scale.size() || mean.size() != scale.size() || variance.size() != scale.size()) {
    l.refuse("its parameters differ in length", "the file is damaged");
  }
  std::vector<float> factor, offset;
  for (size_t i = 0; i < scale.size(); ++i) {
    const double f = static_cast<double>(scale[i]) / std::sqrt(static_cast<double>(variance[i]) + static_cast<double>(epsilon));
    if (!std::isfinite(f)) l.refuse("its variance is negative, or so small that it divides by 0", "the training has diverged");
    factor.push_back(static_cast<float>(f)),
        offset.push_back(static_cast<float>(static_cast<double>(bias[i]) - static_cast<double>(mean[i]) * f));
  }
  const Dims flat = {static_cast<int32_t>(factor.size())};
  const int32_t scaled = l.mul(x, along_channels(l, l.floats(flat, factor), l.rank(x)));
  l.out(0, l.add(scaled, along_channels(l, l.floats(flat, offset), l.rank(x))));
}

void op_instance_normalization(Lowering& l) {
  const int32_t x = l.in(0), rank = l.rank(x);
  if (rank < 3) l.refuse("its input has no dimensions of space", "the file is damaged");
  const int32_t y = normalize(l, x, from_axis(2, rank), l.node().real("epsilon", 1e-5f)).value;
  l.out(0, l.add(l.mul(y, along_channels(l, l.in(1), rank)), along_channels(l, l.in(2), rank)));
}

void op_group_normalization(Lowering& l) {
  const int32_t x = l.in(0), rank = l.rank(x);
  const auto groups = static_cast<int32_t>(l.node().integer("num_groups", 1));
  if (rank < 2 || groups < 1 || l.dim(x, 1) % groups != 0) l.refuse("its groups do not fit its channels", "the file is damaged");
  const int32_t flat = l.reshape(x, {l.dim(x, 0), groups, static_cast<int32_t>(l.at(x).count()) / l.dim(x, 0) / groups});
  const int32_t y = l.reshape(normalize(l, flat, {2}, l.node().real("epsilon", 1e-5f)).value, l.dims(x));
  const auto each = [&](int32_t v) {  // up to opset 20 there is one number a group
    if (l.at(v).count() == l.dim(x, 1)) return along_channels(l, v, rank);
    const int32_t per_group = l.dim(x, 1) / groups;
    return along_channels(l, l.reshape(l.broadcast(l.reshape(v, {groups, 1}), {groups, per_group}), {l.dim(x, 1)}), rank);
  };
  l.out(0, l.add(l.mul(y, each(l.in(1))), each(l.in(2))));
}

void op_layer_normalization(Lowering& l) {
  const int32_t x = l.in(0), rank = l.rank(x);
  const Normalized n = normalize(l, x, from_axis(l.axis(l.node().integer("axis", -1), rank), rank), l.node().real("epsilon", 1e-5f));
  const int32_t y = l.mul(n.value, l.in(1));
  l.out(0, l.has(2) ? l.add(y, l.in(2)) : y);
  l.out(1, n.mean), l.out(2, n.inverse);
}

/// com.microsoft's: the sum of both is normalised.
void op_skip_layer_normalization(Lowering& l) {
  int32_t x = l.add(l.in(0), l.in(1));
  if (l.has(4)) x = l.add(x, l.in(4));
  const Normalized n = normalize(l, x, {l.rank(x) - 1}, l.node().real("epsilon", 1e-12f));
  const int32_t y = l.mul(n.value, l.in(2));
  l.out(0, l.has(3) ? l.add(y, l.in(3)) : y);
  l.out(3, x);
}

void op_rms_normalization(Lowering& l) {
  const int32_t x = l.in(0), rank = l.rank(x);
  const std::vector<int32_t> axes = from_axis(l.axis(l.node().integer("axis", -1), rank), rank);
  const int32_t square = l.reduce(Builtin::MEAN, l.mul(x, x), axes, true);
  const int32_t inverse = l.op(Builtin::RSQRT, {l.add(square, l.scalar(l.node().real("epsilon", 1e-5f)))});
  l.out(0, l.mul(l.mul(x, inverse), l.in(1)));
}

void op_mean_variance_normalization(Lowering& l) {
  const int32_t x = l.in(0);
  Ints given = l.node().ints("axes");
  if (given.empty()) given = {0, 2, 3};
  std::vector<int32_t> axes;
  for (const int64_t a : given) axes.push_back(l.axis(a, l.rank(x)));
  const int32_t centred = l.sub(x, l.reduce(Builtin::MEAN, x, axes, true));
  const int32_t deviation = l.op(Builtin::SQRT, {l.reduce(Builtin::MEAN, l.mul(centred, centred), axes, true)});
  l.out(0, l.div(centred, l.add(deviation, l.scalar(1e-9f))));
}

void op_lp_normalization(Lowering& l) {
  const int32_t x = l.in(0), axis = l.axis(l.node().integer("axis", -1), l.rank(x));
  const int64_t p = l.node().integer("p", 2);
  if (p != 1 && p != 2) l.refuse("its norm is not p = 1 or 2");
  const int32_t sum = l.reduce(Builtin::SUM, p == 1 ? l.op(Builtin::ABS, {x}) : l.mul(x, x), {axis}, true);
  const int32_t norm = p == 1 ? sum : l.op(Builtin::SQRT, {sum});
  // 0 / 0 is 0 here.
  l.out(0, l.div(x, l.op(Builtin::MAXIMUM, {norm, l.scalar(1e-30f)})));
}

/// The sum over neighbouring channels is an average pooling in which channels are the rows.
void op_lrn(Lowering& l) {
  const int32_t x = l.in(0);
  const auto size = static_cast<int32_t>(l.node().integer("size", 1));
  if (l.rank(x) < 3 || size < 1 || size > l.dim(x, 1) * 2) l.refuse("its size does not fit its channels");
  const int32_t n = l.dim(x, 0), channels = l.dim(x, 1), rest = static_cast<int32_t>(l.at(x).count()) / n / channels;
  const int32_t border = l.int32s({0, 0, (size - 1) / 2, size - 1 - (size - 1) / 2, 0, 0, 0, 0});
  l.graph()[border].dims = {4, 2};
  const int32_t square = l.op(Builtin::PAD, {l.reshape(l.mul(x, x), {n, channels, rest, 1}), border});
  const int32_t mean = l.op(Builtin::AVERAGE_POOL_2D, {square},
                            {{"padding", static_cast<int64_t>(Padding::kValid)},
                             {"stride_h", int64_t{1}},
                             {"stride_w", int64_t{1}},
                             {"filter_height", int64_t{size}},
                             {"filter_width", int64_t{1}}});
  // alpha / size * sum = alpha * mean
  const int32_t base = l.add(l.mul(l.reshape(mean, l.dims(x)), l.scalar(l.node().real("alpha", 1e-4f))), l.scalar(l.node().real("bias", 1)));
  l.out(0, l.mul(x, l.op(Builtin::POW, {base, l.scalar(-l.node().real("beta", 0.75f))})));
}

}  // namespace midge::onnx
