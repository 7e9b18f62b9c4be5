// The list of layers, and those that only move, merge or scale.
#include "compiler/import/keras/layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace midge::keras {

Convert find_layer(const std::string& class_name) {
  static const std::unordered_map<std::string, Convert> all = {
#define MIDGE_KERAS(name, function) {#name, convert_##function},
#include "compiler/import/keras/layers.def"
  };
  const auto found = all.find(class_name);
  return found == all.end() ? nullptr : found->second;
}

int32_t only(const Layer& l, const Tensors& inputs) {
  if (inputs.size() != 1) l.b.fail(fmt::format("it is called with {} tensors, one is wanted", inputs.size()));
  return inputs[0];
}

Tensors convert_identity(const Layer& l, const Tensors& inputs) { return {only(l, inputs)}; }

Tensors convert_activation(const Layer& l, const Tensors& inputs) {
  return {activate(l.b, only(l, inputs), l.config.value("activation", Json("linear")))};
}

Tensors convert_relu(const Layer& l, const Tensors& inputs) {
  Builder& b = l.b;
  int32_t x = only(l, inputs);
  const double slope = l.real("negative_slope", 0), threshold = l.real("threshold", 0), most = l.real("max_value", -1);
  if (threshold != 0) b.fail("a threshold is not supported", "use one of 0");
  if (slope != 0) {
    x = b.op(Builtin::LEAKY_RELU, {x}, {{"alpha", slope}});
    return {most < 0 ? x : b.op(Builtin::MINIMUM, {x, b.scalar(static_cast<float>(most))})};
  }
  if (most == 6) return {b.op(Builtin::RELU6, {x})};
  x = b.op(Builtin::RELU, {x});
  return {most < 0 ? x : b.op(Builtin::MINIMUM, {x, b.scalar(static_cast<float>(most))})};
}

Tensors convert_leaky_relu(const Layer& l, const Tensors& inputs) {
  return {l.b.op(Builtin::LEAKY_RELU, {only(l, inputs)}, {{"alpha", l.real("negative_slope", l.real("alpha", 0.3))}})};
}

Tensors convert_elu(const Layer& l, const Tensors& inputs) {
  if (l.real("alpha", 1) != 1) l.b.fail("an alpha other than 1 is not supported");
  return {l.b.op(Builtin::ELU, {only(l, inputs)})};
}

Tensors convert_softmax(const Layer& l, const Tensors& inputs) {
  const int32_t x = only(l, inputs);
  const int64_t axis = l.integer("axis", -1);
  if (axis != -1 && axis != static_cast<int64_t>(l.b.dims(x).size()) - 1)
    l.b.fail("only the last axis is supported", "permute the tensor before");
  return {l.b.op(Builtin::SOFTMAX, {x}, {{"beta", 1.0}})};
}

Tensors convert_prelu(const Layer& l, const Tensors& inputs) {
  const int32_t x = only(l, inputs);
  const Array& alpha = l.weight(0);
  const ir::Dims dims(alpha.dims.begin(), alpha.dims.end());
  return {l.b.op(Builtin::PRELU, {x, l.b.floats(dims, alpha.values)})};
}

Tensors convert_flatten(const Layer& l, const Tensors& inputs) {
  const int32_t x = only(l, inputs);
  return {l.b.reshape(x, {1, static_cast<int32_t>(l.b.graph[x].count())})};
}

Tensors convert_reshape(const Layer& l, const Tensors& inputs) {
  const int32_t x = only(l, inputs);
  const auto found = l.config.find("target_shape");
  if (found == l.config.end() || !found->is_array()) l.b.fail("target_shape is missing");
  ir::Dims to = {1};
  int64_t known = 1;
  for (const Json& d : *found) {
    if (!d.is_number_integer()) l.b.fail("target_shape is not a list of numbers");
    to.push_back(d.get<int32_t>());
    known *= to.back() > 0 ? to.back() : 1;
  }
  for (int32_t& d : to) {
    if (d < 0) d = static_cast<int32_t>(l.b.graph[x].count() / std::max<int64_t>(known, 1));
  }
  return {l.b.reshape(x, to)};
}

Tensors convert_permute(const Layer& l, const Tensors& inputs) {
  const int32_t x = only(l, inputs);
  std::vector<int32_t> order = {0};
  for (const int32_t d : l.pair("dims", l.b.dims(x).size() - 1, 0)) order.push_back(d);
  return {l.b.op(Builtin::TRANSPOSE, {x, l.b.ints(order)})};
}

namespace {

Tensors merge(const Layer& l, const Tensors& inputs, Builtin code) {
  if (inputs.size() < 2) l.b.fail("it merges fewer than two tensors");
  int32_t y = inputs[0];
  for (size_t i = 1; i < inputs.size(); ++i) y = l.b.op(code, {y, inputs[i]});
  return {y};
}

}  // namespace

Tensors convert_merge_add(const Layer& l, const Tensors& inputs) { return merge(l, inputs, Builtin::ADD); }
Tensors convert_merge_subtract(const Layer& l, const Tensors& inputs) { return merge(l, inputs, Builtin::SUB); }
Tensors convert_merge_multiply(const Layer& l, const Tensors& inputs) { return merge(l, inputs, Builtin::MUL); }
Tensors convert_merge_maximum(const Layer& l, const Tensors& inputs) { return merge(l, inputs, Builtin::MAXIMUM); }
Tensors convert_merge_minimum(const Layer& l, const Tensors& inputs) { return merge(l, inputs, Builtin::MINIMUM); }
Tensors convert_merge_average(const Layer& l, const Tensors& inputs) {
  return {l.b.mul(merge(l, inputs, Builtin::ADD)[0], l.b.scalar(1 / static_cast<float>(inputs.size())))};
}

Tensors convert_concatenate(const Layer& l, const Tensors& inputs) {
  return {l.b.op(Builtin::CONCATENATION, inputs, {{"axis", l.integer("axis", -1)}})};
}

Tensors convert_rescaling(const Layer& l, const Tensors& inputs) {
  Builder& b = l.b;
  int32_t y = only(l, inputs);
  for (const char* key : {"scale", "offset"}) {
    const Json value = l.config.value(key, Json(key[0] == 's' ? 1.0 : 0.0));
    std::vector<float> v;
    if (value.is_number()) {
      v.push_back(value.get<float>());
    } else if (value.is_array() && !value.empty() && value[0].is_number()) {
      v = value.get<std::vector<float>>();
    } else {
      b.fail(fmt::format("{} is {}", key, value.dump()));
    }
    const int32_t c = v.size() == 1 ? b.scalar(v[0]) : b.floats({static_cast<int32_t>(v.size())}, v);
    y = key[0] == 's' ? b.mul(y, c) : b.add(y, c);
  }
  return {y};
}

namespace {

/// x * factor + term, one of each a channel.
int32_t scale_channels(Builder& b, int32_t x, const std::vector<float>& factor, const std::vector<float>& term) {
  const auto n = static_cast<int32_t>(factor.size());
  return b.add(b.mul(x, b.floats({n}, factor)), b.floats({n}, term));
}

void need_last_axis(const Layer& l, int32_t x) {
  const Json axis = l.config.value("axis", Json(-1));
  const Json one = axis.is_array() && axis.size() == 1 ? axis[0] : axis;
  const bool last = one.is_number_integer() && (one.get<int64_t>() == -1 || one.get<int64_t>() == static_cast<int64_t>(l.b.dims(x).size()) - 1);
  if (!last)
    l.b.fail(fmt::format("axis {} is not supported, only the last one", axis.dump()),
             "train with channels last, or export the model as ONNX");
}

}  // namespace

Tensors convert_batch_normalization(const Layer& l, const Tensors& inputs) {
  const int32_t x = only(l, inputs);
  need_last_axis(l, x);
  const auto n = static_cast<size_t>(l.b.dims(x).back());
  size_t next = 0;
  const auto vector_of = [&](bool present, float fallback) {
    if (!present) return std::vector<float>(n, fallback);
    const Array& a = l.weight(next++);
    if (a.values.size() != n) l.b.fail(fmt::format("it has {} channels and {} weights for them", n, a.values.size()));
    return a.values;
  };
  const std::vector<float> gamma = vector_of(l.flag("scale", true), 1), beta = vector_of(l.flag("center", true), 0);
  const std::vector<float> mean = vector_of(true, 0), variance = vector_of(true, 1);
  std::vector<float> factor, term;
  for (size_t c = 0; c < n; ++c) {
    factor.push_back(static_cast<float>(gamma[c] / std::sqrt(double{variance[c]} + l.real("epsilon", 1e-3))));
    term.push_back(beta[c] - mean[c] * factor[c]);
  }
  return {scale_channels(l.b, x, factor, term)};
}

Tensors convert_normalization(const Layer& l, const Tensors& inputs) {
  const int32_t x = only(l, inputs);
  const Array& mean = l.weight(0);
  const Array& variance = l.weight(1);
  if (l.flag("invert", false)) l.b.fail("invert is not supported");
  if (mean.values.size() != variance.values.size()) l.b.fail("mean and variance differ in number");
  std::vector<float> factor, term;
  for (size_t c = 0; c < mean.values.size(); ++c) {
    factor.push_back(1 / std::max(std::sqrt(variance.values[c]), 1e-7f));
    term.push_back(-mean.values[c] * factor[c]);
  }
  return {scale_channels(l.b, x, factor, term)};
}

Tensors convert_layer_normalization(const Layer& l, const Tensors& inputs) {
  Builder& b = l.b;
  const int32_t x = only(l, inputs);
  need_last_axis(l, x);
  const int32_t axis = b.ints({static_cast<int32_t>(b.dims(x).size()) - 1});
  const auto mean_of = [&](int32_t t) { return b.op(Builtin::MEAN, {t, axis}, {{"keep_dims", int64_t{1}}}); };
  const int32_t centred = b.sub(x, mean_of(x));
  const int32_t variance = b.add(mean_of(b.mul(centred, centred)), b.scalar(static_cast<float>(l.real("epsilon", 1e-3))));
  int32_t y = b.mul(centred, b.op(Builtin::RSQRT, {variance}));
  size_t next = 0;
  const ir::Dims channels = {b.dims(x).back()};
  if (l.flag("scale", true)) y = b.mul(y, b.floats(channels, l.weight(next++).values));
  if (l.flag("center", true)) y = b.add(y, b.floats(channels, l.weight(next++).values));
  return {y};
}

}  // namespace midge::keras
