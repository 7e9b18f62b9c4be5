// Layers of several inputs.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/import/keras/lowering.h"

namespace midge::keras {
namespace {

int32_t merge(Lowering& l, Builtin code) {
  if (l.layer().inputs.size() < 2) l.refuse("it merges fewer than two tensors", "the file is damaged");
  int32_t y = l.in(0);
  for (size_t i = 1; i < l.layer().inputs.size(); ++i) {
    if (l.rank(l.in(i)) != l.rank(y)) l.refuse("its inputs have different numbers of dimensions", "reshape them first");
    y = l.op(code, {y, l.in(i)});
  }
  return y;
}

}  // namespace

void layer_add(Lowering& l) { l.out(merge(l, Builtin::ADD)); }
void layer_multiply(Lowering& l) { l.out(merge(l, Builtin::MUL)); }
void layer_maximum(Lowering& l) { l.out(merge(l, Builtin::MAXIMUM)); }
void layer_minimum(Lowering& l) { l.out(merge(l, Builtin::MINIMUM)); }

void layer_subtract(Lowering& l) {
  if (l.layer().inputs.size() != 2) l.refuse("it needs two inputs", "the file is damaged");
  l.out(merge(l, Builtin::SUB));
}

void layer_average(Lowering& l) { l.out(l.mul(merge(l, Builtin::ADD), l.scalar(1.0 / static_cast<double>(l.layer().inputs.size())))); }

void layer_concatenate(Lowering& l) { l.out(l.concat(l.layer().inputs, l.axis(l.integer("axis", -1), l.rank(l.in())))); }

void layer_dot(Lowering& l) {
  const int32_t a = l.in(0), b = l.in(1), rank = l.rank(a);
  if (l.flag("normalize", false))
    l.refuse("it normalises its inputs", "use UnitNormalization layers that can be imported, or leave it out");
  if (rank != l.rank(b) || (rank != 2 && rank != 3)) l.refuse("its inputs have not both two or three dimensions", "reshape them first");
  std::vector<int32_t> axes = l.integers("axes");
  if (axes.size() == 1) axes.push_back(axes[0]);
  if (axes.size() != 2) l.refuse("its axes are no pair", "the file is damaged");
  for (int32_t& x : axes) x = l.axis(x, rank);
  if (std::count(axes.begin(), axes.end(), 0) != 0) l.refuse("it goes over the batch", "use other axes");
  if (rank == 2) return l.out(l.reduce(Builtin::SUM, l.mul(a, b), {1}, true));
  l.out(l.op(Builtin::BATCH_MATMUL, {a, b}, {{"adj_x", int64_t{axes[0] == 1}}, {"adj_y", int64_t{axes[1] == 2}}}));
}

}  // namespace midge::keras
