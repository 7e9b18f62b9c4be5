#include "compiler/import/onnx/window.h"

#include <fmt/format.h>

#include <algorithm>

namespace midge::onnx {
namespace {

constexpr int64_t kMost = 1 << 20;

/// An attribute with a number for each dimension of space, as height and width.
Two pair(Lowering& l, const char* name, int32_t fallback, bool flat, size_t first = 0, size_t space = 0) {
  const Ints v = l.node().ints(name);
  const size_t n = space == 0 ? (flat ? 1 : 2) : space;
  if (v.empty()) return {fallback, fallback};
  const int32_t neutral = first == 0 && fallback == 1 ? 1 : 0;
  if (v.size() < first + n) l.refuse(fmt::format("'{}' has too few numbers", name), "the file is damaged");
  for (const int64_t i : v) {
    if (i < -kMost || i > kMost) l.refuse(fmt::format("'{}' of {} is out of range", name, i), "the file is damaged");
  }
  if (flat) return {neutral, static_cast<int32_t>(v[first])};
  return {static_cast<int32_t>(v[first]), static_cast<int32_t>(v[first + 1])};
}

}  // namespace

Window window_of(Lowering& l, int32_t image, const std::vector<int32_t>& kernel) {
  const bool flat = kernel.size() == 1;
  Window w;
  w.kernel = flat ? Two{1, kernel[0]} : Two{kernel[0], kernel[1]};
  w.stride = pair(l, "strides", 1, flat), w.dilation = pair(l, "dilations", 1, flat);
  w.before = pair(l, "pads", 0, flat), w.after = pair(l, "pads", 0, flat, kernel.size());
  w.in = {l.dim(image, 1), l.dim(image, 2)};
  const std::string automatic = l.node().text("auto_pad", "NOTSET");
  const bool ceil_mode = l.node().integer("ceil_mode", 0) != 0;
  bool same = true, none = true;
  for (size_t i = 0; i < 2; ++i) {
    if (w.stride[i] < 1 || w.dilation[i] < 1 || w.kernel[i] < 1 || w.before[i] < 0 || w.after[i] < 0) {
      l.refuse("strides, dilations and kernel are at least 1, paddings not negative", "the file is damaged, or crop with Slice");
    }
    const int32_t reach = (w.kernel[i] - 1) * w.dilation[i] + 1;
    if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
      const int32_t out = (w.in[i] + w.stride[i] - 1) / w.stride[i];
      const int32_t total = std::max((out - 1) * w.stride[i] + reach - w.in[i], 0);
      w.before[i] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
      w.after[i] = total - w.before[i];
    } else if (automatic == "VALID") {
      w.before[i] = w.after[i] = 0;
    }
    const int32_t span = w.in[i] + w.before[i] + w.after[i] - reach;
    if (span < 0) l.refuse(fmt::format("its window of {} is larger than the padded image of {}", reach, span + reach));
    w.out[i] = span / w.stride[i] + 1;
    if (ceil_mode && span % w.stride[i] != 0 && w.out[i] * w.stride[i] < w.in[i] + w.before[i]) ++w.out[i];
    w.beyond[i] = (w.out[i] - 1) * w.stride[i] + reach - (w.in[i] + w.before[i] + w.after[i]);
    const int32_t total = std::max((w.out[i] - 1) * w.stride[i] + reach - w.in[i], 0);
    same = same && w.out[i] == (w.in[i] + w.stride[i] - 1) / w.stride[i] && w.before[i] == total / 2;
    none = none && w.before[i] == 0 && w.after[i] + w.beyond[i] <= 0;
  }
  w.padding = same && !none ? Padding::kSame : Padding::kValid;
  return w;
}

int32_t pad_window(Lowering& l, int32_t image, const Window& w, float value) {
  if (w.padding == Padding::kSame) return image;
  const Two after = {std::max(w.after[0] + w.beyond[0], 0), std::max(w.after[1] + w.beyond[1], 0)};
  if (w.before[0] == 0 && w.before[1] == 0 && after[0] == 0 && after[1] == 0) return image;
  const int32_t widths = l.graph().add_constant("", Type::kInt32, {4, 2}, {});
  l.graph()[widths].set_values<int32_t>(std::vector<int32_t>{0, 0, w.before[0], after[0], w.before[1], after[1], 0, 0});
  if (value == 0) return l.op(Builtin::PAD, {image, widths});
  return l.op(Builtin::PADV2, {image, widths, l.scalar_like(image, value)});
}

TransposedWindow transposed_window_of(Lowering& l, int32_t image, const std::vector<int32_t>& kernel) {
  const bool flat = kernel.size() == 1;
  TransposedWindow t;
  t.stride = pair(l, "strides", 1, flat), t.dilation = pair(l, "dilations", 1, flat);
  Two before = pair(l, "pads", 0, flat), after = pair(l, "pads", 0, flat, kernel.size());
  Two extra = pair(l, "output_padding", 0, flat);
  const Two size = flat ? Two{1, kernel[0]} : Two{kernel[0], kernel[1]};
  const std::string automatic = l.node().text("auto_pad", "NOTSET");
  const bool has_shape = l.node().has("output_shape");
  const Two shape = has_shape ? pair(l, "output_shape", 0, flat, l.node().ints("output_shape").size() - kernel.size()) : Two{};
  bool same = true;
  for (size_t i = 0; i < 2; ++i) {
    const int32_t in = l.dim(image, i + 1);
    if (t.stride[i] < 1 || t.dilation[i] < 1 || size[i] < 1)
      l.refuse("strides, dilations and kernel are at least 1", "the file is damaged");
    const int32_t reach = (size[i] - 1) * t.dilation[i] + 1, natural = (in - 1) * t.stride[i] + reach;
    const bool automatic_same = automatic == "SAME_UPPER" || automatic == "SAME_LOWER";
    if ((has_shape && !(flat && i == 0)) || (automatic_same && !(flat && i == 0))) {
      const int32_t want = has_shape ? shape[i] : in * t.stride[i];
      int32_t total = natural + extra[i] - want;
      if (total < 0) extra[i] -= total, total = 0;
      before[i] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
      after[i] = total - before[i];
    }
    t.out[i] = natural + extra[i] - before[i] - after[i];
    t.begin[i] = before[i];
    // VALID leaves up to stride - 1 rows that no position reaches.
    t.full[i] = std::max(natural, before[i] + t.out[i]);
    if (t.out[i] < 1 || before[i] < 0 || t.full[i] - natural >= t.stride[i]) {
      l.refuse(fmt::format("paddings {} and {} with an output padding of {} are not possible for stride {}", before[i], after[i], extra[i],
                           t.stride[i]));
    }
    const int32_t total = std::max((in - 1) * t.stride[i] + reach - t.out[i], 0);
    same = same && (t.out[i] + t.stride[i] - 1) / t.stride[i] == in && before[i] == total / 2;
  }
  t.padding = Padding::kValid;
  if (same) t.padding = Padding::kSame, t.full = t.out, t.begin = {0, 0};
  return t;
}

}  // namespace midge::onnx
