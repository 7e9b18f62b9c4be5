// Convolutions. Keras has weights as [kh, kw, in, out]; one dimension of space is an image of one row.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/import/keras/lowering.h"

namespace midge::keras {
namespace {

struct Window {
  std::vector<int32_t> kernel, strides, dilation;  // y, x
  std::string padding;
};

Window window_of(Lowering& l, size_t space) {
  Window w = {l.sizes("kernel_size", space, 1), l.sizes("strides", space, 1), l.sizes("dilation_rate", space, 1),
              l.text("padding", "valid")};
  if (space == 1) {
    for (auto* v : {&w.kernel, &w.strides, &w.dilation}) v->insert(v->begin(), 1);
  }
  if (w.padding != "valid" && w.padding != "same" && !(w.padding == "causal" && space == 1)) {
    l.refuse("its padding is " + w.padding, "use valid or same");
  }
  return w;
}

Options options_of(const Window& w) {
  return {{"padding", static_cast<int64_t>(w.padding == "same" ? Padding::kSame : Padding::kValid)},
          {"stride_h", int64_t{w.strides[0]}},
          {"stride_w", int64_t{w.strides[1]}},
          {"dilation_h_factor", int64_t{w.dilation[0]}},
          {"dilation_w_factor", int64_t{w.dilation[1]}}};
}

int32_t to_image(Lowering& l, int32_t x, size_t space) {
  l.require_rank(x, static_cast<int32_t>(space) + 2);
  return space == 2 ? x : l.reshape(x, {l.dim(x, 0), 1, l.dim(x, 1), l.dim(x, 2)});
}

int32_t from_image(Lowering& l, int32_t y, size_t space) { return space == 2 ? y : l.reshape(y, {l.dim(y, 0), l.dim(y, 2), l.dim(y, 3)}); }

/// Zeros before the row, so that no step sees those that come after it.
int32_t causal(Lowering& l, int32_t image, const Window& w) {
  return w.padding != "causal" ? image : l.pad(image, {0, 0, 0, 0, (w.kernel[1] - 1) * w.dilation[1], 0, 0, 0});
}

/// Weights of `space` dimensions of space, as those of an image.
Array kernel(Lowering& l, const Window& w, size_t space, int32_t third, int32_t fourth) {
  const Dims tail = {third, fourth};
  Dims want(w.kernel.begin() + (space == 1 ? 1 : 0), w.kernel.end());
  want.insert(want.end(), tail.begin(), tail.end());
  Array a = l.weight(want);
  if (space == 1) a.dims.insert(a.dims.begin(), 1);
  return a;
}

int32_t bias(Lowering& l, int32_t count) { return l.flag("use_bias", true) ? l.floats(l.weight({count})) : -1; }

/// [kh, kw, in, out] as [out, kh, kw, in]; with swap, from [kh, kw, out, in].
int32_t filter_of(Lowering& l, const Array& a, bool swapped) {
  const auto h = a.dims[0], w = a.dims[1];
  const int32_t ins = a.dims[swapped ? 3 : 2], outs = a.dims[swapped ? 2 : 3];
  std::vector<float> turned(a.values.size());
  size_t at = 0;
  for (int32_t o = 0; o < outs; ++o) {
    for (int32_t p = 0; p < h * w; ++p) {
      for (int32_t i = 0; i < ins; ++i) {
        const int64_t from = swapped ? (static_cast<int64_t>(p) * outs + o) * ins + i : (static_cast<int64_t>(p) * ins + i) * outs + o;
        turned[at++] = a.values[static_cast<size_t>(from)];
      }
    }
  }
  return l.floats({outs, h, w, ins}, turned);
}

int32_t depthwise(Lowering& l, int32_t image, const Window& w, const Array& k, int32_t offset) {
  Options options = options_of(w);
  options["depth_multiplier"] = int64_t{k.dims[3]};
  const int32_t filter = l.floats({1, k.dims[0], k.dims[1], k.dims[2] * k.dims[3]}, k.values);
  return l.op(Builtin::DEPTHWISE_CONV_2D, {causal(l, image, w), filter, offset}, options);
}

void convolve(Lowering& l, size_t space) {
  const Window w = window_of(l, space);
  const int32_t image = to_image(l, l.in(), space), channels = l.dim(image, 3);
  const int32_t groups = l.integer("groups", 1), outs = l.sizes("filters", 1, 1)[0];
  if (groups < 1 || channels % groups != 0 || outs % groups != 0) {
    l.refuse(fmt::format("{} groups do not fit {} channels and {} filters", groups, channels, outs), "the file is damaged");
  }
  const Array k = kernel(l, w, space, channels / groups, outs);
  const int32_t offset = bias(l, outs);
  int32_t y;
  if (groups == channels && groups > 1) {  // [kh, kw, 1, out] is [1, kh, kw, out] in the same order
    Array turned = k;
    turned.dims = {k.dims[0], k.dims[1], channels, outs / channels};
    y = depthwise(l, image, w, turned, offset);
  } else {
    y = l.op(Builtin::CONV_2D, {causal(l, image, w), filter_of(l, k, false), offset}, options_of(w));
  }
  l.out(l.activate(from_image(l, y, space), l.value("activation")));
}

void convolve_depthwise(Lowering& l, size_t space) {
  const Window w = window_of(l, space);
  const int32_t image = to_image(l, l.in(), space), channels = l.dim(image, 3);
  const int32_t multiplier = l.sizes("depth_multiplier", 1, 1)[0];
  const Array k = kernel(l, w, space, channels, multiplier);
  const int32_t y = depthwise(l, image, w, k, bias(l, channels * multiplier));
  l.out(l.activate(from_image(l, y, space), l.value("activation")));
}

void convolve_separable(Lowering& l, size_t space) {
  const Window w = window_of(l, space);
  const int32_t image = to_image(l, l.in(), space), channels = l.dim(image, 3);
  const int32_t multiplier = l.sizes("depth_multiplier", 1, 1)[0], outs = l.sizes("filters", 1, 1)[0];
  const Array each = kernel(l, w, space, channels, multiplier);
  Window one = w;
  one.kernel = {1, 1}, one.strides = {1, 1}, one.dilation = {1, 1}, one.padding = "valid";
  const Array point = kernel(l, one, space, channels * multiplier, outs);
  const int32_t offset = bias(l, outs);
  const int32_t mixed = depthwise(l, image, w, each, -1);
  const int32_t y = l.op(Builtin::CONV_2D, {mixed, filter_of(l, point, false), offset}, options_of(one));
  l.out(l.activate(from_image(l, y, space), l.value("activation")));
}

}  // namespace

void layer_conv_2d(Lowering& l) { convolve(l, 2); }
void layer_conv_1d(Lowering& l) { convolve(l, 1); }
void layer_depthwise_2d(Lowering& l) { convolve_depthwise(l, 2); }
void layer_depthwise_1d(Lowering& l) { convolve_depthwise(l, 1); }
void layer_separable_2d(Lowering& l) { convolve_separable(l, 2); }
void layer_separable_1d(Lowering& l) { convolve_separable(l, 1); }

void layer_conv_2d_transpose(Lowering& l) {
  const Window w = window_of(l, 2);
  if (!l.value("output_padding").is_null()) l.refuse("it has output_padding", "leave output_padding out; crop or pad behind the layer");
  if (w.dilation != std::vector<int32_t>{1, 1}) l.refuse("it has a dilation", "leave dilation_rate at 1");
  const int32_t x = l.in(), outs = l.sizes("filters", 1, 1)[0];
  l.require_rank(x, 4);
  const bool same = w.padding == "same";
  Dims to = {l.dim(x, 0), 0, 0, outs};
  for (size_t i = 0; i < 2; ++i) {
    const int64_t size = int64_t{l.dim(x, i + 1)} * w.strides[i] + (same ? 0 : std::max(w.kernel[i] - w.strides[i], 0));
    if (size > 1 << 20) l.refuse("its output is too large", "use smaller strides");
    to[i + 1] = static_cast<int32_t>(size);
  }
  const Array k = kernel(l, w, 2, outs, l.dim(x, 3));
  const int32_t offset = bias(l, outs);
  Tensors inputs = {l.int32s(to), filter_of(l, k, true), x};
  if (offset >= 0) inputs.push_back(offset);
  const int32_t y = l.op(Builtin::TRANSPOSE_CONV, inputs,
                         {{"padding", static_cast<int64_t>(same ? Padding::kSame : Padding::kValid)},
                          {"stride_h", int64_t{w.strides[0]}},
                          {"stride_w", int64_t{w.strides[1]}}},
                         Type::kFloat32);
  l.out(l.activate(y, l.value("activation")));
}

}  // namespace midge::keras
