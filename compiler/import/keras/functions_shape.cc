// Functions that reduce, multiply matrices, or move elements.
#include <algorithm>
#include <numeric>

#include "compiler/import/keras/functions.h"

namespace midge::keras {
namespace {

int32_t first(Lowering& l) { return operand(l, 0, {"x", "x1", "a", "inputs", "input", "input_tensor", "tensor", "value"}); }

int32_t axis_of(Lowering& l, int place, int32_t fallback, int32_t rank) {
  return l.axis(whole(l, option(l, place, {"axis", "dim"}), fallback), rank);
}

/// The tensors of a list.
Tensors listed(Lowering& l, std::initializer_list<const char*> names) {
  const Json& list = option(l, 0, names);
  if (!list.is_array() || list.empty()) l.refuse("its argument is no list of tensors", "the file is damaged");
  Tensors out;
  for (const Json& e : list) out.push_back(operand(l, e));
  return out;
}

}  // namespace

void function_reduce(Lowering& l, Builtin code) {
  const int32_t x = first(l), rank = l.rank(x);
  const Json& given = option(l, 1, {"axis"});
  std::vector<int32_t> axes;
  if (given.is_null()) {
    axes.resize(static_cast<size_t>(rank));
    std::iota(axes.begin(), axes.end(), 0);
  } else {
    for (const int32_t a : wholes(l, given)) axes.push_back(l.axis(a, rank));
  }
  l.out(l.reduce(code, x, axes, truth(l, option(l, 2, {"keepdims"}), false)));
}

void function_arg_max(Lowering& l, Builtin code) {
  const int32_t x = first(l);
  const Json& given = option(l, 1, {"axis"});
  if (given.is_null()) l.refuse("it has no axis", "give it one");
  const int32_t axis = l.axis(whole(l, given, 0), l.rank(x));
  const int32_t y = l.op(code, {x, l.int32s({axis})}, {{"output_type", static_cast<int64_t>(Type::kInt32)}}, Type::kInt32);
  if (!truth(l, option(l, -1, {"keepdims"}), false)) return l.out(y);
  Dims kept = l.dims(x);
  kept[static_cast<size_t>(axis)] = 1;
  l.out(l.reshape(y, kept));
}

void function_matmul(Lowering& l, Builtin code) {
  const int32_t a = first(l), b = operand(l, 1, {"x2", "b", "y"});
  if (l.rank(a) < 2 || l.rank(b) < 2) l.refuse("it multiplies a vector", "expand its dimensions");
  l.out(l.op(code, {a, b},
             {{"adj_x", int64_t{truth(l, option(l, -1, {"transpose_a"}), false)}},
              {"adj_y", int64_t{truth(l, option(l, -1, {"transpose_b"}), false)}}}));
}

void function_reshape(Lowering& l, Builtin) {
  const int32_t x = first(l);
  Dims to = wholes(l, option(l, 1, {"newshape", "shape"}));
  int64_t known = 1, count = 1;
  for (const int32_t d : l.dims(x)) count *= d;
  for (const int32_t d : to) known = d < 0 ? known : (d == 0 || known > count ? count + 1 : known * d);
  if (std::count_if(to.begin(), to.end(), [](int32_t d) { return d < 0; }) > 1)
    l.refuse("its shape has several open dimensions", "give all but one");
  for (int32_t& d : to) d = d < 0 ? static_cast<int32_t>(count / known) : d;
  l.out(l.reshape(x, to));
}

void function_transpose(Lowering& l, Builtin) {
  const int32_t x = first(l), rank = l.rank(x);
  const Json& given = option(l, 1, {"axes", "perm"});
  std::vector<int32_t> order, straight(static_cast<size_t>(rank));
  std::iota(straight.begin(), straight.end(), 0);
  if (given.is_null()) {
    order.assign(straight.rbegin(), straight.rend());
  } else {
    for (const int32_t a : wholes(l, given)) order.push_back(l.axis(a, rank));
  }
  std::vector<int32_t> sorted = order;
  std::sort(sorted.begin(), sorted.end());
  if (sorted != straight) l.refuse("its axes are no order of the dimensions", "the file is damaged");
  l.out(l.transpose(x, order));
}

void function_swap_axes(Lowering& l, Builtin) {
  const int32_t x = first(l), rank = l.rank(x);
  std::vector<int32_t> order(static_cast<size_t>(rank));
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[static_cast<size_t>(l.axis(whole(l, option(l, 1, {"axis1"}), 0), rank))],
            order[static_cast<size_t>(l.axis(whole(l, option(l, 2, {"axis2"}), 0), rank))]);
  l.out(l.transpose(x, order));
}

void function_expand_dims(Lowering& l, Builtin) {
  const int32_t x = first(l);
  Dims to = l.dims(x);
  std::vector<int32_t> axes = wholes(l, option(l, 1, {"axis"}));
  const auto rank = static_cast<int32_t>(to.size() + axes.size());
  for (int32_t& a : axes) a = l.axis(a, rank);
  std::sort(axes.begin(), axes.end());
  for (const int32_t a : axes) {
    if (a > static_cast<int32_t>(to.size())) l.refuse("an axis lies outside", "the file is damaged");
    to.insert(to.begin() + a, 1);
  }
  l.out(l.reshape(x, to));
}

void function_squeeze(Lowering& l, Builtin) {
  const int32_t x = first(l);
  const Json& given = option(l, 1, {"axis"});
  std::vector<int32_t> axes;
  if (!given.is_null() && !(given.is_array() && given.empty())) {
    for (const int32_t a : wholes(l, given)) axes.push_back(l.axis(a, l.rank(x)));
  }
  Dims to;
  for (int32_t i = 0; i < l.rank(x); ++i) {
    const bool named = std::find(axes.begin(), axes.end(), i) != axes.end();
    const int32_t d = l.dim(x, static_cast<size_t>(i));
    if (named && d != 1) l.refuse("it squeezes a dimension that is not 1", "the file is damaged");
    // The batch is open for Keras, which does not squeeze it unasked.
    if (named || (axes.empty() && d == 1 && i > 0)) continue;
    to.push_back(d);
  }
  l.out(l.reshape(x, to));
}

void function_concatenate(Lowering& l, Builtin) {
  const Tensors parts = listed(l, {"xs", "values"});
  l.out(l.concat(parts, axis_of(l, 1, 0, l.rank(parts[0]))));
}

void function_stack(Lowering& l, Builtin code) {
  const Tensors parts = listed(l, {"x", "values"});
  const int32_t axis = axis_of(l, 1, 0, l.rank(parts[0]) + 1);
  l.out(l.op(code, parts, {{"axis", int64_t{axis}}, {"values_count", static_cast<int64_t>(parts.size())}}));
}

void function_split(Lowering& l, Builtin) {
  const int32_t x = first(l);
  const int32_t axis = axis_of(l, 2, 0, l.rank(x)), size = l.dim(x, static_cast<size_t>(axis));
  const Json& given = option(l, 1, {"indices_or_sections", "num_or_size_splits"});
  std::vector<int32_t> ends;
  if (given.is_array() && l.layer().type == "TFOpLambda") {  // sizes
    for (const int32_t n : wholes(l, given)) {
      if (n < 1 || n > size) l.refuse("its parts are not possible", "the file is damaged");
      ends.push_back((ends.empty() ? 0 : ends.back()) + n);
    }
  } else if (given.is_array()) {  // where to cut
    ends = wholes(l, given), ends.push_back(size);
  } else {
    const int32_t n = whole(l, given, 1);
    if (n < 1 || n > size || size % n != 0) l.refuse("it splits into unequal parts", "the file is damaged");
    for (int32_t i = 1; i <= n; ++i) ends.push_back(i * (size / n));
  }
  int32_t from = 0;
  for (const int32_t end : ends) {
    if (end <= from || end > size) l.refuse("its parts are not possible", "the file is damaged");
    std::vector<int32_t> begin(static_cast<size_t>(l.rank(x))), count = l.dims(x);
    begin[static_cast<size_t>(axis)] = from, count[static_cast<size_t>(axis)] = end - from;
    l.out(l.slice(x, begin, count));
    from = end;
  }
}

void function_pad(Lowering& l, Builtin) {
  const int32_t x = first(l);
  const Json& pairs = option(l, 1, {"pad_width", "paddings"});
  const Json& mode = option(l, 2, {"mode"});
  const Json& with = option(l, 3, {"constant_values"});
  if (!(mode.is_null() || mode == "constant" || mode == "CONSTANT") || !(with.is_null() || with == 0))
    l.refuse("it does not pad with zeros", "pad with zeros");
  if (!pairs.is_array() || pairs.size() != static_cast<size_t>(l.rank(x))) l.refuse("its paddings are no pairs", "give a pair an axis");
  std::vector<int32_t> all;
  for (const Json& p : pairs) {
    for (const int32_t n : wholes(l, p)) {
      if (n < 0 || n > 1 << 20) l.refuse("its paddings are not possible", "the file is damaged");
      all.push_back(n);
    }
  }
  if (all.size() != 2 * pairs.size()) l.refuse("its paddings are no pairs", "give a pair an axis");
  l.out(l.pad(x, all));
}

void function_reverse(Lowering& l, Builtin code) {
  const int32_t x = first(l);
  std::vector<int32_t> axes = wholes(l, option(l, 1, {"axis"}));
  for (int32_t& a : axes) a = l.axis(a, l.rank(x));
  l.out(l.op(code, {x, l.int32s(axes)}));
}

/// x[...]: an entry for each axis: a slice, a whole number, null for a new axis, or the ellipsis.
void function_get_item(Lowering& l, Builtin code) {
  const int32_t x = first(l), rank = l.rank(x);
  const Json& key = option(l, 1, {"key", "slice_spec"});
  const Json entries = key.is_array() ? key : Json::array({key});
  const auto is_ellipsis = [](const Json& e) {
    return e == "..." || (e.is_object() && e.contains("class_name") && e["class_name"] == "__ellipsis__");
  };
  const auto taken = std::count_if(entries.begin(), entries.end(), [&](const Json& e) { return !e.is_null() && !is_ellipsis(e); });
  if (taken > rank || std::count_if(entries.begin(), entries.end(), is_ellipsis) > 1)
    l.refuse("it has more indices than dimensions", "the file is damaged");
  std::vector<int32_t> begin, end, step;
  Dims to;
  bool stepped = false;
  const auto whole_axis = [&] {
    const int32_t d = l.dim(x, begin.size());
    begin.push_back(0), end.push_back(d), step.push_back(1), to.push_back(d);
  };
  for (const Json& e : entries) {
    if (e.is_null()) {
      to.push_back(1);
      continue;
    }
    if (is_ellipsis(e)) {
      for (int64_t i = taken; i < rank; ++i) whole_axis();
      continue;
    }
    const int32_t d = l.dim(x, begin.size());
    if (e.is_number_integer()) {
      const int32_t at = l.axis(whole(l, e, 0), d);
      begin.push_back(at), end.push_back(at + 1), step.push_back(1);
      continue;
    }
    const Json& s = e.is_object() && e.contains("config") ? e["config"] : e;
    if (!s.is_object() || !s.contains("start") || !s.contains("stop")) l.refuse("it is indexed by a tensor", "slice with whole numbers");
    const int32_t by = s.contains("step") ? whole(l, s["step"], 1) : 1;
    if (by < 1) l.refuse("it is sliced backwards", "use flip");
    const auto bound = [&](const char* which, int32_t fallback) {
      const int32_t v = whole(l, s[which], fallback);
      return std::clamp(v < 0 ? v + d : v, 0, d);
    };
    const int32_t from = bound("start", 0), until = bound("stop", d);
    if (from >= until) l.refuse("its slice is empty", "slice at least one element");
    begin.push_back(from), end.push_back(until), step.push_back(std::min(by, d));
    to.push_back((until - from - 1) / step.back() + 1);
    stepped |= by != 1;
  }
  while (static_cast<int32_t>(begin.size()) < rank) whole_axis();
  std::vector<int32_t> size(begin.size());
  for (size_t i = 0; i < size.size(); ++i) size[i] = end[i] - begin[i];
  const int32_t y = stepped ? l.op(code, {x, l.int32s(begin), l.int32s(end), l.int32s(step)}) : l.slice(x, begin, size);
  l.out(l.reshape(y, to));
}

}  // namespace midge::keras
