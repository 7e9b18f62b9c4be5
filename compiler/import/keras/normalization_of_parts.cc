// Normalisations whose statistics are taken from the input: groups of channels, unit vectors, root mean squares.
#include <algorithm>

#include "compiler/import/keras/lowering.h"

namespace midge::keras {
namespace {

std::vector<int32_t> sorted_axes(Lowering& l, int32_t rank) {
  std::vector<int32_t> axes = l.value("axis").is_null() ? std::vector<int32_t>{-1} : l.integers("axis");
  for (int32_t& a : axes) a = l.axis(a, rank);
  std::sort(axes.begin(), axes.end());
  return axes;
}

}  // namespace

void layer_group_normalization(Lowering& l) {
  const int32_t x = l.in(), rank = l.rank(x);
  if (sorted_axes(l, rank) != std::vector<int32_t>{rank - 1} || rank < 2) l.refuse("its axis is not the last", "use channels last");
  const Dims dims = l.dims(x);
  const int32_t channels = dims.back(), wanted = l.integer("groups", 32), groups = wanted == -1 ? channels : wanted;
  if (groups < 1 || channels % groups != 0) l.refuse("its groups do not divide the channels", "the file is damaged");
  int32_t space = 1;
  for (size_t i = 1; i + 1 < dims.size(); ++i) space *= dims[i];
  const int32_t parts = l.reshape(x, {dims[0], space, groups, channels / groups});
  const int32_t centred = l.sub(parts, l.reduce(Builtin::MEAN, parts, {1, 3}, true));
  const int32_t variance = l.reduce(Builtin::MEAN, l.mul(centred, centred), {1, 3}, true);
  int32_t y = l.mul(centred, l.op(Builtin::RSQRT, {l.add(variance, l.scalar(l.real("epsilon", 1e-3)))}));
  y = l.reshape(y, dims);
  if (l.flag("scale", true)) y = l.mul(y, l.floats(l.weight({channels})));
  if (l.flag("center", true)) y = l.add(y, l.floats(l.weight({channels})));
  l.out(y);
}

void layer_unit_normalization(Lowering& l) {
  const int32_t x = l.in();
  const int32_t squares = l.reduce(Builtin::SUM, l.mul(x, x), sorted_axes(l, l.rank(x)), true);
  constexpr double kSmallest = 1e-12;
  l.out(l.mul(x, l.op(Builtin::RSQRT, {l.op(Builtin::MAXIMUM, {squares, l.scalar(kSmallest)})})));
}

void layer_rms_normalization(Lowering& l) {
  const int32_t x = l.in();
  const std::vector<int32_t> axes = sorted_axes(l, l.rank(x));
  Dims each, broadcast(static_cast<size_t>(l.rank(x)), 1);
  for (const int32_t a : axes) {
    each.push_back(l.dim(x, static_cast<size_t>(a)));
    broadcast[static_cast<size_t>(a)] = each.back();
  }
  const int32_t mean = l.reduce(Builtin::MEAN, l.mul(x, x), axes, true);
  const int32_t y = l.mul(x, l.op(Builtin::RSQRT, {l.add(mean, l.scalar(l.real("epsilon", 1e-6)))}));
  l.out(l.mul(y, l.floats(broadcast, l.weight(each).values)));
}

}  // namespace midge::keras
