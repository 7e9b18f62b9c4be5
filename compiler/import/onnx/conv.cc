// Convolutions: [N,C,H,W] between transpositions, [N,C,L] as an image of one row.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/import/onnx/lowering.h"
#include "compiler/import/onnx/window.h"

namespace midge::onnx {
namespace {

/// The weights as [out, kh, kw, in], from [a, b, (kh,) kw] with out as dimension `out`.
int32_t filter_of(Lowering& l, int32_t w, bool out_first) {
  if (l.rank(w) == 3) w = l.reshape(w, {l.dim(w, 0), l.dim(w, 1), 1, l.dim(w, 2)});
  return l.transpose(w, out_first ? std::vector<int32_t>{0, 2, 3, 1} : std::vector<int32_t>{1, 2, 3, 0});
}

void check_rank(Lowering& l, int32_t x, int32_t w) {
  if ((l.rank(x) != 3 && l.rank(x) != 4) || l.rank(w) != l.rank(x)) {
    l.refuse(fmt::format("it has {} dimensions of space", l.rank(x) - 2), "one and two can be imported");
  }
}

std::vector<int32_t> kernel_of(Lowering& l, int32_t w) {
  const Dims dims = l.dims(w);
  return {dims.begin() + 2, dims.end()};
}

/// Zeros between the taps, which is what a dilation means.
int32_t spread(Lowering& l, int32_t filter, int32_t dy, int32_t dx) {
  if (dy == 1 && dx == 1) return filter;
  const Dims from = l.dims(filter);
  const std::vector<float> w = l.floats(filter, "filter");
  const Dims to = {from[0], (from[1] - 1) * dy + 1, (from[2] - 1) * dx + 1, from[3]};
  std::vector<float> out(static_cast<size_t>(to[0]) * to[1] * to[2] * to[3]);
  size_t at = 0;
  for (int32_t o = 0; o < from[0]; ++o) {
    for (int32_t y = 0; y < from[1]; ++y) {
      for (int32_t x = 0; x < from[2]; ++x) {
        for (int32_t i = 0; i < from[3]; ++i) out[static_cast<size_t>(((o * to[1] + y * dy) * to[2] + x * dx) * to[3] + i)] = w[at++];
      }
    }
  }
  return l.floats(to, out);
}

}  // namespace

int32_t convolve(Lowering& l, int32_t x, int32_t w, int32_t bias) {
  check_rank(l, x, w);
  const bool last = l.node().integer("channels_last", 0) != 0;  // onnxruntime's, in .ort files
  if (last && l.rank(x) != 4) l.refuse("it has channels last, and other than two dimensions of space");
  const int32_t rank = l.rank(x), channels = l.dim(x, last ? 3 : 1), outs = l.dim(w, 0);
  const auto groups = static_cast<int32_t>(l.node().integer("group", 1));
  if (groups < 1 || channels != static_cast<int64_t>(l.dim(w, 1)) * groups || outs % groups != 0) {
    l.refuse(fmt::format("weights of {} do not fit {} channels in {} groups", ir::type_and_dims(l.at(w)), channels, groups),
             "the file is damaged");
  }
  const int32_t image = last ? x : l.to_channels_last(x);
  Window window = window_of(l, image, kernel_of(l, w));
  const int32_t padded = pad_window(l, image, window, 0);
  Options options = {{"padding", static_cast<int64_t>(window.padding)},
                     {"stride_h", int64_t{window.stride[0]}},
                     {"stride_w", int64_t{window.stride[1]}},
                     {"dilation_h_factor", int64_t{window.dilation[0]}},
                     {"dilation_w_factor", int64_t{window.dilation[1]}}};
  if (bias >= 0 && l.rank(bias) != 1) bias = l.reshape(bias, {static_cast<int32_t>(l.at(bias).count())});
  int32_t y;
  if (groups == channels && groups > 1) {
    options["depth_multiplier"] = int64_t{outs / groups};
    const int32_t flat = l.rank(w) == 3 ? l.reshape(w, {outs, 1, 1, l.dim(w, 2)}) : w;
    y = l.op(Builtin::DEPTHWISE_CONV_2D, {padded, l.transpose(flat, {1, 2, 3, 0}), bias}, options);
  } else {
    y = l.op(Builtin::CONV_2D, {padded, filter_of(l, w, true), bias}, options);
  }
  return last ? y : l.to_channels_first(y, rank);
}

void op_conv(Lowering& l) { l.out(0, convolve(l, l.in(0), l.in(1), l.has(2) ? l.in(2) : -1)); }

void op_conv_transpose(Lowering& l) {
  const int32_t x = l.in(0), w = l.in(1), bias = l.has(2) ? l.in(2) : -1;
  check_rank(l, x, w);
  const int32_t rank = l.rank(x);
  const auto groups = static_cast<int32_t>(l.node().integer("group", 1));
  if (groups < 1 || l.dim(x, 1) != l.dim(w, 0) || l.dim(w, 0) % groups != 0)
    l.refuse("its weights do not fit its input", "the file is damaged");
  const int32_t image = l.to_channels_last(x);
  const TransposedWindow t = transposed_window_of(l, image, kernel_of(l, w));

  std::vector<int32_t> parts;
  const int32_t ins = l.dim(w, 0) / groups, outs = l.dim(w, 1);
  for (int32_t g = 0; g < groups; ++g) {
    int32_t part = image, weights = w, offset = bias;
    if (groups > 1) {
      part = l.slice(image, {0, 0, 0, g * ins}, {l.dim(image, 0), l.dim(image, 1), l.dim(image, 2), ins});
      std::vector<int32_t> begin(static_cast<size_t>(rank)), size = l.dims(w);
      begin[0] = g * ins, size[0] = ins;
      weights = l.slice(w, begin, size);
      if (bias >= 0) offset = l.slice(bias, {g * outs}, {outs});
    }
    const int32_t filter = spread(l, filter_of(l, weights, false), t.dilation[0], t.dilation[1]);
    const int32_t shape = l.int32s({l.dim(image, 0), t.full[0], t.full[1], outs});
    std::vector<int32_t> inputs = {shape, filter, part};
    if (offset >= 0) inputs.push_back(offset);
    parts.push_back(l.op(
        Builtin::TRANSPOSE_CONV, inputs,
        {{"padding", static_cast<int64_t>(t.padding)}, {"stride_h", int64_t{t.stride[0]}}, {"stride_w", int64_t{t.stride[1]}}}, l.type(x)));
  }
  const int32_t y = l.concat(parts, 3);
  l.out(0, l.to_channels_first(l.slice(y, {0, t.begin[0], t.begin[1], 0}, {l.dim(y, 0), t.out[0], t.out[1], l.dim(y, 3)}), rank));
}

}  // namespace midge::onnx
