// Layers with weights and windows.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/import/keras/layers.h"

namespace midge::keras {
namespace {

/// A kernel's elements in another order: out[i0, i1, ...] = in[permuted].
std::vector<float> transposed(const Array& a, const std::vector<size_t>& order) {
  std::vector<size_t> strides(a.dims.size(), 1);
  for (size_t i = a.dims.size() - 1; i-- > 0;) strides[i] = strides[i + 1] * static_cast<size_t>(a.dims[i + 1]);
  std::vector<float> out;
  out.reserve(a.values.size());
  std::vector<size_t> at(order.size(), 0);
  for (size_t n = 0; n < a.values.size(); ++n) {
    size_t from = 0;
    for (size_t i = 0; i < order.size(); ++i) from += at[i] * strides[order[i]];
    out.push_back(a.values[from]);
    for (size_t i = order.size(); i-- > 0;) {
      if (++at[i] < static_cast<size_t>(a.dims[order[i]])) break;
      at[i] = 0;
    }
  }
  return out;
}

int32_t dim(const Array& a, size_t i) { return static_cast<int32_t>(a.dims[i]); }

void need_rank(const Layer& l, const Array& a, size_t rank) {
  if (a.dims.size() != rank || a.values.empty()) l.b.fail(fmt::format("a weight has {} dimensions, {} are wanted", a.dims.size(), rank));
}

void need_channels_last(const Layer& l) {
  if (l.text("data_format", "channels_last") == "channels_first")
    l.b.fail("channels_first is not supported", "export the model as ONNX, where it is");
}

int32_t bias_of(const Layer& l, size_t i, int32_t channels) {
  if (!l.flag("use_bias", true)) return l.b.floats({channels}, std::vector<float>(static_cast<size_t>(channels), 0.0f));
  const Array& a = l.weight(i);
  if (a.values.size() != static_cast<size_t>(channels))
    l.b.fail(fmt::format("the bias has {} elements for {} channels", a.values.size(), channels));
  return l.b.floats({channels}, a.values);
}

int64_t padding_of(const Layer& l) {
  const std::string p = l.text("padding", "valid");
  if (p != "same" && p != "valid") l.b.fail(fmt::format("padding '{}' is not supported", p));
  return p == "valid";
}

std::map<std::string, ir::Option> window_options(const Layer& l) {
  const std::vector<int32_t> strides = l.pair("strides", 2, 1), dilation = l.pair("dilation_rate", 2, 1);
  return {{"padding", padding_of(l)},
          {"stride_h", int64_t{strides[0]}},
          {"stride_w", int64_t{strides[1]}},
          {"dilation_h_factor", int64_t{dilation[0]}},
          {"dilation_w_factor", int64_t{dilation[1]}}};
}

int32_t finish(const Layer& l, int32_t y) { return activate(l.b, y, l.config.value("activation", Json("linear"))); }

int32_t depthwise(const Layer& l, int32_t x, const Array& kernel, int32_t bias) {
  need_rank(l, kernel, 4);
  const int32_t channels = dim(kernel, 2) * dim(kernel, 3);
  auto options = window_options(l);
  options["depth_multiplier"] = int64_t{dim(kernel, 3)};
  // [h, w, in, multiplier] is the format's [1, h, w, in * multiplier] already.
  const int32_t w = l.b.floats({1, dim(kernel, 0), dim(kernel, 1), channels}, kernel.values);
  return l.b.op(Builtin::DEPTHWISE_CONV_2D, {x, w, bias}, options);
}

}  // namespace

Tensors convert_dense(const Layer& l, const Tensors& inputs) {
  const int32_t x = only(l, inputs);
  const Array& kernel = l.weight(0);
  need_rank(l, kernel, 2);
  if (l.b.dims(x).back() != dim(kernel, 0))
    l.b.fail(fmt::format("its input has {} features, the kernel takes {}", l.b.dims(x).back(), kernel.dims[0]));
  const int32_t w = l.b.floats({dim(kernel, 1), dim(kernel, 0)}, transposed(kernel, {1, 0}));
  std::map<std::string, ir::Option> options;
  if (l.b.dims(x).size() > 2) options["keep_num_dims"] = int64_t{1};
  return {finish(l, l.b.op(Builtin::FULLY_CONNECTED, {x, w, bias_of(l, 1, dim(kernel, 1))}, options))};
}

Tensors convert_conv_2d(const Layer& l, const Tensors& inputs) {
  need_channels_last(l);
  const Array& kernel = l.weight(0);
  need_rank(l, kernel, 4);
  const int32_t w = l.b.floats({dim(kernel, 3), dim(kernel, 0), dim(kernel, 1), dim(kernel, 2)}, transposed(kernel, {3, 0, 1, 2}));
  return {finish(l, l.b.op(Builtin::CONV_2D, {only(l, inputs), w, bias_of(l, 1, dim(kernel, 3))}, window_options(l)))};
}

Tensors convert_depthwise_conv_2d(const Layer& l, const Tensors& inputs) {
  need_channels_last(l);
  const Array& kernel = l.weight(0);
  need_rank(l, kernel, 4);
  return {finish(l, depthwise(l, only(l, inputs), kernel, bias_of(l, 1, dim(kernel, 2) * dim(kernel, 3))))};
}

Tensors convert_separable_conv_2d(const Layer& l, const Tensors& inputs) {
  need_channels_last(l);
  const Array& first = l.weight(0);
  const Array& second = l.weight(1);
  need_rank(l, first, 4), need_rank(l, second, 4);
  const int32_t channels = dim(first, 2) * dim(first, 3);
  const int32_t zero = l.b.floats({channels}, std::vector<float>(static_cast<size_t>(channels), 0.0f));
  const int32_t y = depthwise(l, only(l, inputs), first, zero);
  const int32_t w = l.b.floats({dim(second, 3), 1, 1, dim(second, 2)}, transposed(second, {3, 0, 1, 2}));
  return {finish(l, l.b.op(Builtin::CONV_2D, {y, w, bias_of(l, 2, dim(second, 3))},
                           {{"padding", int64_t{1}}, {"stride_h", int64_t{1}}, {"stride_w", int64_t{1}}}))};
}

Tensors convert_conv_2d_transpose(const Layer& l, const Tensors& inputs) {
  need_channels_last(l);
  const int32_t x = only(l, inputs);
  const Array& kernel = l.weight(0);  // [h, w, out, in]
  need_rank(l, kernel, 4);
  const std::vector<int32_t> strides = l.pair("strides", 2, 1), dilation = l.pair("dilation_rate", 2, 1);
  if (dilation[0] != 1 || dilation[1] != 1) l.b.fail("a dilated transposed convolution is not supported");
  if (!l.config.value("output_padding", Json()).is_null()) l.b.fail("output_padding is not supported");
  const bool valid = padding_of(l) == 1;
  const ir::Dims in = l.b.dims(x);
  const auto size = [&](size_t axis) {
    const int32_t k = dim(kernel, axis - 1), s = strides[axis - 1];
    return valid ? in[axis] * s + std::max(k - s, 0) : in[axis] * s;
  };
  const int32_t shape = l.b.ints({1, size(1), size(2), dim(kernel, 2)});
  const int32_t w = l.b.floats({dim(kernel, 2), dim(kernel, 0), dim(kernel, 1), dim(kernel, 3)}, transposed(kernel, {2, 0, 1, 3}));
  return {finish(l, l.b.op(Builtin::TRANSPOSE_CONV, {shape, w, x, bias_of(l, 1, dim(kernel, 2))},
                           {{"padding", int64_t{valid}}, {"stride_h", int64_t{strides[0]}}, {"stride_w", int64_t{strides[1]}}}))};
}

Tensors convert_conv_1d(const Layer& l, const Tensors& inputs) {
  need_channels_last(l);
  int32_t x = only(l, inputs);
  const Array& kernel = l.weight(0);  // [k, in, out]
  need_rank(l, kernel, 3);
  const int32_t stride = l.pair("strides", 1, 1)[0], dilation = l.pair("dilation_rate", 1, 1)[0];
  const ir::Dims in = l.b.dims(x);
  if (in.size() != 3) l.b.fail("its input has not three dimensions");
  x = l.b.reshape(x, {in[0], 1, in[1], in[2]});
  int64_t padding = 1;
  if (l.text("padding", "valid") == "causal") {
    const int32_t before = (dim(kernel, 0) - 1) * dilation;
    ir::Tensor pads;
    pads.name = "paddings", pads.type = Type::kInt32, pads.dims = {4, 2};
    pads.set_values<int32_t>(std::vector<int32_t>{0, 0, 0, 0, before, 0, 0, 0});
    if (before > 0) x = l.b.op(Builtin::PAD, {x, l.b.graph.add(std::move(pads))});
  } else {
    padding = padding_of(l);
  }
  const int32_t w = l.b.floats({dim(kernel, 2), 1, dim(kernel, 0), dim(kernel, 1)}, transposed(kernel, {2, 0, 1}));
  const int32_t y =
      l.b.op(Builtin::CONV_2D, {x, w, bias_of(l, 1, dim(kernel, 2))},
             {{"padding", padding}, {"stride_h", int64_t{1}}, {"stride_w", int64_t{stride}}, {"dilation_w_factor", int64_t{dilation}}});
  const ir::Dims out = l.b.dims(y);
  return {finish(l, l.b.reshape(y, {out[0], out[2], out[3]}))};
}

namespace {

Tensors pool_2d(const Layer& l, const Tensors& inputs, Builtin code) {
  need_channels_last(l);
  const std::vector<int32_t> size = l.pair("pool_size", 2, 2);
  const Json strides = l.config.value("strides", Json());
  const std::vector<int32_t> step = strides.is_null() ? size : l.pair("strides", 2, 2);
  return {l.b.op(code, {only(l, inputs)},
                 {{"padding", padding_of(l)},
                  {"filter_height", int64_t{size[0]}},
                  {"filter_width", int64_t{size[1]}},
                  {"stride_h", int64_t{step[0]}},
                  {"stride_w", int64_t{step[1]}}})};
}

Tensors pool_1d(const Layer& l, const Tensors& inputs, Builtin code) {
  need_channels_last(l);
  const int32_t x = only(l, inputs);
  const int32_t size = l.pair("pool_size", 1, 2)[0];
  const int32_t step = l.config.value("strides", Json()).is_null() ? size : l.pair("strides", 1, 2)[0];
  const ir::Dims in = l.b.dims(x);
  if (in.size() != 3) l.b.fail("its input has not three dimensions");
  const int32_t y = l.b.op(
      code, {l.b.reshape(x, {in[0], 1, in[1], in[2]})},
      {{"padding", padding_of(l)}, {"filter_height", int64_t{1}}, {"filter_width", int64_t{size}}, {"stride_h", int64_t{1}}, {"stride_w", int64_t{step}}});
  const ir::Dims out = l.b.dims(y);
  return {l.b.reshape(y, {out[0], out[2], out[3]})};
}

Tensors global(const Layer& l, const Tensors& inputs, Builtin code) {
  need_channels_last(l);
  const int32_t x = only(l, inputs);
  std::vector<int32_t> axes;
  for (int32_t i = 1; i + 1 < static_cast<int32_t>(l.b.dims(x).size()); ++i) axes.push_back(i);
  return {l.b.op(code, {x, l.b.ints(axes)}, {{"keep_dims", int64_t{l.flag("keepdims", false)}}})};
}

/// [[top, bottom], [left, right]], from a number, a pair, or that.
std::vector<int32_t> borders(const Layer& l, const char* key, size_t axes) {
  const Json v = l.config.value(key, Json(1));
  std::vector<int32_t> out;
  const auto number = [&](const Json& j) {
    if (!j.is_number_integer() || j.get<int64_t>() < 0 || j.get<int64_t>() > 1 << 20) l.b.fail(fmt::format("{} is {}", key, v.dump()));
    return j.get<int32_t>();
  };
  for (size_t a = 0; a < axes; ++a) {
    const Json side = v.is_array() && axes > 1 ? v.at(std::min(a, v.size() - 1)) : v;
    if (side.is_array() && side.size() == 2) {
      out.push_back(number(side[0])), out.push_back(number(side[1]));
    } else {
      out.push_back(number(side)), out.push_back(number(side));
    }
  }
  return out;
}

Tensors zero_padding(const Layer& l, const Tensors& inputs, size_t axes) {
  need_channels_last(l);
  const std::vector<int32_t> sides = borders(l, "padding", axes);
  std::vector<int32_t> all = {0, 0};
  all.insert(all.end(), sides.begin(), sides.end());
  all.push_back(0), all.push_back(0);
  ir::Tensor pads;
  pads.name = "paddings", pads.type = Type::kInt32, pads.dims = {static_cast<int32_t>(all.size() / 2), 2};
  pads.set_values<int32_t>(all);
  return {l.b.op(Builtin::PAD, {only(l, inputs), l.b.graph.add(std::move(pads))})};
}

}  // namespace

Tensors convert_max_pool_2d(const Layer& l, const Tensors& inputs) { return pool_2d(l, inputs, Builtin::MAX_POOL_2D); }
Tensors convert_average_pool_2d(const Layer& l, const Tensors& inputs) { return pool_2d(l, inputs, Builtin::AVERAGE_POOL_2D); }
Tensors convert_max_pool_1d(const Layer& l, const Tensors& inputs) { return pool_1d(l, inputs, Builtin::MAX_POOL_2D); }
Tensors convert_average_pool_1d(const Layer& l, const Tensors& inputs) { return pool_1d(l, inputs, Builtin::AVERAGE_POOL_2D); }
Tensors convert_global_average(const Layer& l, const Tensors& inputs) { return global(l, inputs, Builtin::MEAN); }
Tensors convert_global_max(const Layer& l, const Tensors& inputs) { return global(l, inputs, Builtin::REDUCE_MAX); }
Tensors convert_zero_padding_1d(const Layer& l, const Tensors& inputs) { return zero_padding(l, inputs, 1); }
Tensors convert_zero_padding_2d(const Layer& l, const Tensors& inputs) { return zero_padding(l, inputs, 2); }

Tensors convert_cropping_2d(const Layer& l, const Tensors& inputs) {
  need_channels_last(l);
  const int32_t x = only(l, inputs);
  const std::vector<int32_t> s = borders(l, "cropping", 2);
  const ir::Dims in = l.b.dims(x);
  if (in.size() != 4) l.b.fail("its input has not four dimensions");
  return {l.b.op(Builtin::SLICE, {x, l.b.ints({0, s[0], s[2], 0}), l.b.ints({in[0], in[1] - s[0] - s[1], in[2] - s[2] - s[3], in[3]})})};
}

Tensors convert_up_sampling_2d(const Layer& l, const Tensors& inputs) {
  need_channels_last(l);
  const int32_t x = only(l, inputs);
  const std::vector<int32_t> by = l.pair("size", 2, 2);
  const ir::Dims in = l.b.dims(x);
  if (in.size() != 4) l.b.fail("its input has not four dimensions");
  const int32_t size = l.b.ints({in[1] * by[0], in[2] * by[1]});
  const std::string how = l.text("interpolation", "nearest");
  if (how == "nearest") return {l.b.op(Builtin::RESIZE_NEAREST_NEIGHBOR, {x, size})};
  if (how == "bilinear") return {l.b.op(Builtin::RESIZE_BILINEAR, {x, size}, {{"half_pixel_centers", int64_t{1}}})};
  l.b.fail(fmt::format("interpolation '{}' is not supported", how), "use nearest or bilinear");
}

}  // namespace midge::keras
