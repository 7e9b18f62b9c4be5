// Reductions over axes, and the positions of extremes.
#include <algorithm>

#include "compiler/import/onnx/lowering.h"

namespace midge::onnx {
namespace {

struct Axes {
  std::vector<int32_t> list;
  bool keep, none;  ///< none: nothing is reduced
};

/// From the second input (opset 18; 13 for ReduceSum) or the attribute.
Axes axes_of(Lowering& l, int32_t x) {
  Axes a;
  a.keep = l.node().integer("keepdims", 1) != 0;
  const Ints given = l.has(1) ? l.ints_in(1, "axes") : l.node().ints("axes");
  for (const int64_t i : given) a.list.push_back(l.axis(i, l.rank(x)));
  std::sort(a.list.begin(), a.list.end());
  a.none = a.list.empty() && l.node().integer("noop_with_empty_axes", 0) != 0;
  if (a.list.empty() && !a.none) {
    for (int32_t i = 0; i < l.rank(x); ++i) a.list.push_back(i);
  }
  a.none = a.none || a.list.empty();
  return a;
}

int32_t reduce(Lowering& l, Builtin code, int32_t x, const Axes& a) {
  if (a.none) return x;
  const Type type = l.type(x);
  const bool direct = type == Type::kFloat32 || type == Type::kInt32 || type == Type::kInt64;
  const int32_t y = l.reduce(code, direct ? x : l.cast(x, Type::kInt32), a.list, a.keep);
  return l.cast(y, type);
}

void simple(Lowering& l, Builtin code) { l.out(0, reduce(l, code, l.in(0), axes_of(l, l.in(0)))); }

int32_t log(Lowering& l, int32_t x) { return l.op(Builtin::LOG, {x}); }

void extreme(Lowering& l, Builtin code) {
  int32_t x = l.in(0);
  const int32_t axis = l.axis(l.node().integer("axis", 0), l.rank(x));
  if (l.type(x) == Type::kInt64) x = l.cast(x, Type::kInt32);
  const bool last = l.node().integer("select_last_index", 0) != 0;
  if (last) x = l.op(Builtin::REVERSE_V2, {x, l.int32s({axis})});
  const int32_t index = l.int32s({axis});
  l.graph()[index].dims = {};
  int32_t y = l.op(code, {x, index}, {{"output_type", static_cast<int64_t>(Type::kInt64)}}, Type::kInt64);
  if (last) y = l.sub(l.int64s({l.dim(x, static_cast<size_t>(axis)) - 1}, true), y);
  if (l.node().integer("keepdims", 1) != 0) {
    Dims dims = l.dims(x);
    dims[static_cast<size_t>(axis)] = 1;
    y = l.reshape(y, dims);
  }
  l.out(0, y);
}

}  // namespace

void op_reduce_sum(Lowering& l) { simple(l, Builtin::SUM); }
void op_reduce_mean(Lowering& l) { simple(l, Builtin::MEAN); }
void op_reduce_max(Lowering& l) { simple(l, Builtin::REDUCE_MAX); }
void op_reduce_min(Lowering& l) { simple(l, Builtin::REDUCE_MIN); }
void op_reduce_prod(Lowering& l) { simple(l, Builtin::REDUCE_PROD); }
void op_reduce_l1(Lowering& l) {
  const int32_t x = l.in(0);
  l.out(0, reduce(l, Builtin::SUM, l.op(Builtin::ABS, {x}), axes_of(l, x)));
}
void op_reduce_sum_square(Lowering& l) {
  const int32_t x = l.in(0);
  l.out(0, reduce(l, Builtin::SUM, l.mul(x, x), axes_of(l, x)));
}
void op_reduce_l2(Lowering& l) {
  const int32_t x = l.in(0);
  l.out(0, l.op(Builtin::SQRT, {reduce(l, Builtin::SUM, l.mul(x, x), axes_of(l, x))}));
}
void op_reduce_log_sum(Lowering& l) { l.out(0, log(l, reduce(l, Builtin::SUM, l.in(0), axes_of(l, l.in(0))))); }
void op_reduce_log_sum_exp(Lowering& l) {
  const int32_t x = l.in(0);
  const Axes a = axes_of(l, x);
  if (a.none) return l.out(0, x);
  const int32_t highest = l.reduce(Builtin::REDUCE_MAX, x, a.list, true);
  const int32_t sum = l.reduce(Builtin::SUM, l.op(Builtin::EXP, {l.sub(x, highest)}), a.list, true);
  const int32_t y = l.add(log(l, sum), highest);
  Dims dims;
  for (int32_t i = 0; i < l.rank(x); ++i) {
    if (a.keep || std::find(a.list.begin(), a.list.end(), i) == a.list.end()) dims.push_back(l.dim(y, static_cast<size_t>(i)));
  }
  l.out(0, l.reshape(y, dims));
}

void op_arg_max(Lowering& l) { extreme(l, Builtin::ARG_MAX); }
void op_arg_min(Lowering& l) { extreme(l, Builtin::ARG_MIN); }

void op_cumsum(Lowering& l) {
  const int32_t x = l.in(0);
  const int32_t axis = l.int32s({l.axis(l.ints_in(1, "axis").at(0), l.rank(x))});
  l.graph()[axis].dims = {};
  l.out(0, l.op(Builtin::CUMSUM, {x, axis}, {{"exclusive", l.node().integer("exclusive", 0)}, {"reverse", l.node().integer("reverse", 0)}}));
}

/// Of the largest or smallest element alone: there is no operator for more.
void op_top_k(Lowering& l) {
  const int32_t x = l.in(0);
  const Ints k = l.ints_in(1, "k");
  if (k.size() != 1 || k[0] != 1) l.refuse("k is not 1", "return the scores, and sort them in the application");
  const int32_t axis = l.axis(l.node().integer("axis", -1), l.rank(x));
  const bool largest = l.node().integer("largest", 1) != 0;
  Dims dims = l.dims(x);
  dims[static_cast<size_t>(axis)] = 1;
  if (l.wants(0)) l.out(0, l.reduce(largest ? Builtin::REDUCE_MAX : Builtin::REDUCE_MIN, x, {axis}, true));
  if (!l.wants(1)) return;
  const int32_t index = l.int32s({axis});
  l.graph()[index].dims = {};
  const int32_t y =
      l.op(largest ? Builtin::ARG_MAX : Builtin::ARG_MIN, {x, index}, {{"output_type", static_cast<int64_t>(Type::kInt64)}}, Type::kInt64);
  l.out(1, l.reshape(y, dims));
}

}  // namespace midge::onnx
