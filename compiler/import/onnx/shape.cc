// Shapes, and what makes constants of them: all of it is known at import, so that nothing of this runs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/import/onnx/lowering.h"

namespace midge::onnx {
namespace {

constexpr uint64_t kMostMade = uint64_t{1} << 24;  // elements of a constant that a node makes out of nothing

Dims dims_of(Lowering& l, const Ints& shape) {
  const std::optional<uint64_t> n = element_count(shape);
  if (!n || *n > kMostMade || shape.size() > 6) l.refuse("its shape is too large or negative", "at most 2^24 elements in 6 dimensions");
  return {shape.begin(), shape.end()};
}

int32_t number(Lowering& l, double v) {
  if (!(v >= -2147483648.0 && v <= 2147483647.0)) l.refuse("a size is out of range", "the file is damaged");
  return static_cast<int32_t>(v);
}

}  // namespace

void op_constant(Lowering& l) {
  const Node& n = l.node();
  if (n.has("value") && n.attributes.at("value").tensor) {
    const Constant& c = *n.attributes.at("value").tensor;
    if (!c.data || c.dims.size() > 6) l.refuse("its value is of " + element_name(c.element), "only numbers can be imported");
    return l.out(0, l.constant(*graph_type(c.element), {c.dims.begin(), c.dims.end()}, *c.data));
  }
  if (n.has("value_float")) return l.out(0, l.scalar(n.real("value_float", 0)));
  if (n.has("value_int")) return l.out(0, l.int64s({n.integer("value_int", 0)}, true));
  if (n.has("value_ints")) return l.out(0, l.int64s(n.ints("value_ints")));
  if (n.has("value_floats")) {
    const std::vector<float> v = n.floats("value_floats");
    return l.out(0, l.floats({static_cast<int32_t>(v.size())}, v));
  }
  l.refuse("its value is sparse or a string", "only dense numbers can be imported");
}

void op_constant_of_shape(Lowering& l) {
  const Dims dims = dims_of(l, l.ints_in(0, "shape"));
  Type type = Type::kFloat32;
  ir::Bytes one(4);
  if (l.node().has("value") && l.node().attributes.at("value").tensor) {
    const Constant& c = *l.node().attributes.at("value").tensor;
    if (!c.data || c.data->size() != type_bytes(*graph_type(c.element))) l.refuse("its value is not one number");
    type = *graph_type(c.element), one = *c.data;
  }
  ir::Tensor t;
  t.dims = dims;
  ir::Bytes data;
  for (int64_t i = 0; i < t.count(); ++i) data.insert(data.end(), one.begin(), one.end());
  l.out(0, l.constant(type, dims, std::move(data)));
}

void op_shape(Lowering& l) {
  const Dims& d = l.dims(l.in(0));
  const auto rank = static_cast<int64_t>(d.size());
  const auto place = [&](const char* name, int64_t fallback) {
    const int64_t v = l.node().integer(name, fallback);
    return std::clamp<int64_t>(v < 0 ? v + rank : v, 0, rank);
  };
  const int64_t start = place("start", 0), end = std::max(place("end", rank), start);
  l.out(0, l.int64s({d.begin() + start, d.begin() + end}));
}

void op_size(Lowering& l) { l.out(0, l.int64s({l.at(l.in(0)).count()}, true)); }

void op_range(Lowering& l) {
  const double start = l.numbers(l.in(0), "start").at(0), limit = l.numbers(l.in(1), "limit").at(0), delta = l.numbers(l.in(2), "delta").at(0);
  const double count = delta == 0 ? 0 : std::ceil((limit - start) / delta);
  if (!(count >= 1 && count <= static_cast<double>(kMostMade))) l.refuse("its range is empty or too long");
  const Type type = l.type(l.in(0));
  std::vector<double> values;
  for (double i = 0; i < count; ++i) values.push_back(start + i * delta);
  const Dims dims = {static_cast<int32_t>(values.size())};
  if (type == Type::kFloat32) return l.out(0, l.floats(dims, {values.begin(), values.end()}));
  l.out(0, l.cast(l.int64s({values.begin(), values.end()}), type));
}

void op_eye_like(Lowering& l) {
  const Dims& d = l.dims(l.in(0));
  if (d.size() != 2) l.refuse("its input is not a matrix");
  const int64_t k = l.node().integer("k", 0);
  std::vector<float> v;
  for (int32_t y = 0; y < d[0]; ++y) {
    for (int32_t x = 0; x < d[1]; ++x) v.push_back(x - y == k ? 1 : 0);
  }
  const std::optional<Type> type =
      l.node().has("dtype") ? graph_type(static_cast<Element>(l.node().integer("dtype", 1))) : std::optional(l.type(l.in(0)));
  if (!type) l.refuse("its dtype has no counterpart");
  l.out(0, l.cast(l.floats(d, v), *type));
}

void op_reshape(Lowering& l) {
  const int32_t x = l.in(0);
  Ints shape = l.has(1) ? l.ints_in(1, "shape") : l.node().ints("shape");
  const Dims from = l.dims(x);
  const bool zero_is_zero = l.node().integer("allowzero", 0) != 0;
  int64_t known = 1, open = -1;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0 && !zero_is_zero && i < from.size()) shape[i] = from[i];
    if (shape[i] == -1 && open < 0) {
      open = static_cast<int64_t>(i);
    } else if (shape[i] < 1 || shape[i] > INT32_MAX || (known *= shape[i]) > INT32_MAX) {
      l.refuse(fmt::format("a dimension of its shape is {}", shape[i]), "empty tensors cannot be imported");
    }
  }
  const int64_t count = l.at(x).count();
  if (open >= 0) shape[static_cast<size_t>(open)] = count / known;
  if ((open >= 0 ? count % known : count - known) != 0) {
    l.refuse(fmt::format("{} elements do not fit its shape", count), "export with the batch size that you import with: often 1");
  }
  l.out(0, l.reshape(x, dims_of(l, shape)));
}

void op_flatten(Lowering& l) {
  const int32_t x = l.in(0);
  const int64_t a = l.node().integer("axis", 1);
  const int32_t axis = a == l.rank(x) ? l.rank(x) : l.axis(a, l.rank(x));
  int32_t outer = 1;
  for (int32_t i = 0; i < axis; ++i) outer *= l.dim(x, static_cast<size_t>(i));
  l.out(0, l.reshape(x, {outer, static_cast<int32_t>(l.at(x).count() / std::max(outer, 1))}));
}

void op_squeeze(Lowering& l) {
  const int32_t x = l.in(0);
  const Ints given = l.has(1) ? l.ints_in(1, "axes") : l.node().ints("axes");
  std::vector<bool> gone(l.dims(x).size());
  for (const int64_t a : given) gone[static_cast<size_t>(l.axis(a, l.rank(x)))] = true;
  Dims dims;
  for (size_t i = 0; i < gone.size(); ++i) {
    const bool one = l.dim(x, i) == 1;
    if (gone[i] && !one) l.refuse(fmt::format("dimension {} is {}, not 1", i, l.dim(x, i)), "the file is damaged");
    if (!(given.empty() ? one : gone[i])) dims.push_back(l.dim(x, i));
  }
  l.out(0, l.reshape(x, dims));
}

void op_unsqueeze(Lowering& l) {
  const int32_t x = l.in(0);
  const Ints given = l.has(1) ? l.ints_in(1, "axes") : l.node().ints("axes");
  const int32_t rank = l.rank(x) + static_cast<int32_t>(given.size());
  if (rank > 6) l.refuse("it makes more than 6 dimensions");
  Dims dims(static_cast<size_t>(rank));
  for (const int64_t a : given) dims[static_cast<size_t>(l.axis(a, rank))] = 1;
  size_t from = 0;
  for (int32_t& d : dims) {
    if (d == 0 && from < l.dims(x).size()) d = l.dim(x, from++);
  }
  if (from != l.dims(x).size()) l.refuse("an axis is named twice", "the file is damaged");
  l.out(0, l.reshape(x, dims));
}

void op_expand(Lowering& l) {
  const int32_t x = l.in(0);
  const Dims shape = dims_of(l, l.ints_in(1, "shape")), from = l.dims(x);
  Dims to(std::max(shape.size(), from.size()), 1);
  for (size_t i = 0; i < to.size(); ++i) {
    const auto back = [&](const Dims& d) { return i < to.size() - d.size() ? 1 : d[i - (to.size() - d.size())]; };
    const int32_t a = back(shape), b = back(from);
    if (a != b && a != 1 && b != 1) l.refuse("its shape does not fit its input", "the file is damaged");
    to[i] = std::max(a, b);
  }
  l.out(0, l.broadcast(x, to));
}

void op_tile(Lowering& l) {
  const int32_t x = l.in(0);
  std::vector<int32_t> multiples;
  for (const int64_t v : l.ints_in(1, "repeats")) multiples.push_back(number(l, static_cast<double>(v)));
  if (multiples.size() != l.dims(x).size()) l.refuse("it has other than one repetition a dimension", "the file is damaged");
  l.out(0, std::all_of(multiples.begin(), multiples.end(), [](int32_t m) { return m == 1; }) ? x : l.op(Builtin::TILE, {x, l.int32s(multiples)}));
}

void op_if(Lowering& l) {
  const int32_t condition = l.in(0);
  if (!l.constant(condition)) {
    l.refuse("its condition is computed while the model runs", "export the branch that is used, or compute both and select with Where");
  }
  const char* branch = l.ints(condition, "condition").at(0) != 0 ? "then_branch" : "else_branch";
  if (!l.node().has(branch) || !l.node().attributes.at(branch).graph) l.refuse("a branch is missing", "the file is damaged");
  l.inline_body(*l.node().attributes.at(branch).graph);
}

void op_loop(Lowering& l) { l.refuse("loops cannot be imported", "export with a fixed number of steps, which unrolls them"); }

}  // namespace midge::onnx
