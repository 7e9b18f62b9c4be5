// Poolings, also the global ones.
#include <cmath>
#include <limits>

#include "compiler/import/onnx/lowering.h"
#include "compiler/import/onnx/window.h"

namespace midge::onnx {
namespace {

constexpr int32_t kMostTaps = 256;  // of a dilated window, each an operator

std::vector<int32_t> kernel_of(Lowering& l, int32_t x) {
  const Ints k = l.node().ints("kernel_shape");
  if (l.rank(x) != 3 && l.rank(x) != 4) l.refuse("it has other than one or two dimensions of space", "one and two can be imported");
  if (static_cast<int32_t>(k.size()) != l.rank(x) - 2) l.refuse("'kernel_shape' does not fit its input", "the file is damaged");
  std::vector<int32_t> out;
  for (const int64_t v : k) {
    if (v < 1 || v > 1 << 16) l.refuse("'kernel_shape' is out of range", "the file is damaged");
    out.push_back(static_cast<int32_t>(v));
  }
  return out;
}

Options pool_options(const Window& w) {
  return {{"padding", static_cast<int64_t>(w.padding)},
          {"stride_h", int64_t{w.stride[0]}},
          {"stride_w", int64_t{w.stride[1]}},
          {"filter_height", int64_t{w.kernel[0]}},
          {"filter_width", int64_t{w.kernel[1]}}};
}

double lowest(Type t) {
  switch (t) {
    case Type::kInt8: return -128;
    case Type::kUint8: return 0;
    case Type::kInt16: return -32768;
    default: return std::numeric_limits<float>::lowest();
  }
}

bool dilated(const Window& w) { return w.dilation[0] != 1 || w.dilation[1] != 1; }

/// The elements of the padded image under each tap of the window, joined by `code`.
int32_t join_taps(Lowering& l, int32_t padded, const Window& w, Builtin code) {
  if (w.kernel[0] * w.kernel[1] > kMostTaps) l.refuse("its dilated window is too large", "use a convolution");
  int32_t all = -1;
  for (int32_t dy = 0; dy < w.kernel[0]; ++dy) {
    for (int32_t dx = 0; dx < w.kernel[1]; ++dx) {
      const int32_t y = dy * w.dilation[0], x = dx * w.dilation[1];
      const std::vector<int32_t> begin = {0, y, x, 0}, steps = {1, w.stride[0], w.stride[1], 1};
      const std::vector<int32_t> end = {l.dim(padded, 0), y + (w.out[0] - 1) * w.stride[0] + 1, x + (w.out[1] - 1) * w.stride[1] + 1,
                                        l.dim(padded, 3)};
      const int32_t tap = l.op(Builtin::STRIDED_SLICE, {padded, l.int32s(begin), l.int32s(end), l.int32s(steps)});
      all = all < 0 ? tap : l.op(code, {all, tap});
    }
  }
  return all;
}

/// How many elements each window is divided by, as a factor of the kernel's size: [1, H, W, 1]. Nothing where it is 1 everywhere.
std::vector<float> corrections(const Window& w, bool count_padding) {
  std::vector<float> out;
  bool needed = false;
  const auto counted = [&](size_t i, int32_t at) {
    int32_t n = 0;
    for (int32_t k = 0; k < w.kernel[i]; ++k) {
      const int32_t p = at * w.stride[i] + k * w.dilation[i];
      const int32_t from = count_padding ? 0 : w.before[i], to = w.before[i] + w.in[i] + (count_padding ? w.after[i] : 0);
      n += p >= from && p < to;
    }
    return n;
  };
  for (int32_t y = 0; y < w.out[0]; ++y) {
    for (int32_t x = 0; x < w.out[1]; ++x) {
      const int32_t n = counted(0, y) * counted(1, x), full = w.kernel[0] * w.kernel[1];
      needed = needed || n != full;
      out.push_back(n == 0 ? 0 : static_cast<float>(full) / static_cast<float>(n));
    }
  }
  return needed ? out : std::vector<float>();
}

}  // namespace

void op_max_pool(Lowering& l) {
  if (l.wants(1)) l.refuse("its second output, the positions of the maxima, is used", "there is no operator for it");
  const int32_t x = l.in(0);
  const std::vector<int32_t> kernel = kernel_of(l, x);
  const int32_t image = l.to_channels_last(x);
  Window w = window_of(l, image, kernel);
  if (dilated(w) || !l.is_float(x)) w.padding = Padding::kValid;
  int32_t padded = pad_window(l, image, w, static_cast<float>(lowest(l.type(x))));
  // Integers without a scale have no kernel; floats hold them exactly.
  const Type type = l.type(x);
  if ((type == Type::kInt8 || type == Type::kUint8) && !l.at(padded).quantization.present()) padded = l.cast(padded, Type::kFloat32);
  int32_t y = dilated(w) ? join_taps(l, padded, w, Builtin::MAXIMUM) : l.op(Builtin::MAX_POOL_2D, {padded}, pool_options(w));
  y = l.cast(y, type);
  l.out(0, l.to_channels_first(y, l.rank(x)));
}

void op_average_pool(Lowering& l) {
  const int32_t x = l.in(0);
  const std::vector<int32_t> kernel = kernel_of(l, x);
  const int32_t image = l.to_channels_last(x);
  Window w = window_of(l, image, kernel);
  const bool count_padding = l.node().integer("count_include_pad", 0) != 0;
  if (dilated(w) || count_padding) w.padding = Padding::kValid;
  const int32_t padded = pad_window(l, image, w, 0);
  int32_t y;
  if (dilated(w)) {
    y = l.mul(join_taps(l, padded, w, Builtin::ADD), l.scalar(1.f / static_cast<float>(w.kernel[0] * w.kernel[1])));
  } else {
    y = l.op(Builtin::AVERAGE_POOL_2D, {padded}, pool_options(w));
  }
  if (w.padding == Padding::kValid) {  // SAME divides by what lies in the image
    const std::vector<float> factors = corrections(w, count_padding);
    if (!factors.empty()) y = l.mul(y, l.floats({1, w.out[0], w.out[1], 1}, factors));
  }
  l.out(0, l.to_channels_first(y, l.rank(x)));
}

void op_lp_pool(Lowering& l) {
  const int64_t p = l.node().integer("p", 2);
  if (p < 1) l.refuse("its norm is below p = 1", "the file is damaged");
  const int32_t power = l.scalar(static_cast<float>(p)), root = l.scalar(1 / static_cast<float>(p));
  const int32_t x = l.in(0);
  const std::vector<int32_t> kernel = kernel_of(l, x);
  const int32_t image = l.to_channels_last(x);
  Window w = window_of(l, image, kernel);
  w.padding = Padding::kValid;
  const int32_t padded = pad_window(l, image, w, 0),
                square = p == 2 ? l.mul(padded, padded) : l.op(Builtin::POW, {l.op(Builtin::ABS, {padded}), power});
  int32_t sum;
  if (dilated(w)) {
    sum = join_taps(l, square, w, Builtin::ADD);
  } else {
    sum = l.mul(l.op(Builtin::AVERAGE_POOL_2D, {square}, pool_options(w)), l.scalar(static_cast<float>(w.kernel[0] * w.kernel[1])));
  }
  l.out(0, l.to_channels_first(p == 2 ? l.op(Builtin::SQRT, {sum}) : l.op(Builtin::POW, {sum, root}), l.rank(x)));
}

namespace {
void global(Lowering& l, Builtin code) {
  const int32_t x = l.in(0);
  if (l.rank(x) == 3 || l.rank(x) == 4)
    return l.out(0, l.to_channels_first(l.reduce(code, l.to_channels_last(x), {1, 2}, true), l.rank(x)));
  std::vector<int32_t> axes;
  for (int32_t i = 2; i < l.rank(x); ++i) axes.push_back(i);
  l.out(0, axes.empty() ? x : l.reduce(code, x, axes, true));
}
}  // namespace

void op_global_average_pool(Lowering& l) { global(l, Builtin::MEAN); }
void op_global_max_pool(Lowering& l) { global(l, Builtin::REDUCE_MAX); }

}  // namespace midge::onnx
