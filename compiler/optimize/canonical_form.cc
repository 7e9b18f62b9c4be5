// One way of writing what can be written in several, so that later passes and the quantiser look for one.
//
//   SQUEEZE, EXPAND_DIMS      RESHAPE (any type)
//   x - c, x / c              x + (-c), x * (1 / c)            c constant
//   SQUARE x, x ^ 2           x * x: SQUARE has no integer kernels
//   x ^ 0.5, x ^ -0.5         SQRT, RSQRT
//   1 / SQRT x, y / SQRT x    RSQRT x, y * RSQRT x
//   PADV2 with 0              PAD
//   RELU_0_TO_1 x             RELU6(6 x) / 6
//   global AVERAGE_POOL_2D    MEAN over both axes: its output may have a scale of its own
//   MEAN, then RESHAPE that drops the axes of 1: MEAN without them (any type)
#include "compiler/optimize/editor.h"
#include "compiler/optimize/pass.h"
#include "compiler/optimize/values.h"

namespace midge {
namespace {

using ir::Op;

/// An operator of another kind in the place of an old one: source, outputs and fused activation stay.
Op in_place_of(const Op& old, Builtin code, std::vector<int32_t> inputs) {
  Op op;
  op.code = code, op.inputs = std::move(inputs), op.outputs = old.outputs, op.source = old.source;
  if (old.activation() != Activation::kNone) op.set("fused_activation_function", static_cast<int64_t>(old.activation()));
  return op;
}

bool to_reshape(Editor& e, size_t k) {
  const Op& op = e.op(k);
  const ir::Tensor& out = e.tensor(op.outputs[0]);
  if (!has_dims(out)) return false;
  const ir::Dims dims = out.dims;
  const std::string name = out.name;
  Op changed = in_place_of(op, Builtin::RESHAPE, {op.input(0), e.add_int32(name + "/shape", dims)});
  changed.set("new_shape", dims);
  e.replace(k, std::move(changed));
  return true;
}

/// x op c with a constant c, as x op' f(c).
bool with_constant(Editor& e, size_t k, Builtin code, float (*f)(float)) {
  const Op& op = e.op(k);
  const int32_t c = op.input(1);
  if (c < 0 || !e.tensor(c).constant() || !is_float(e.tensor(c)) || e.tensor(op.input(0)).constant()) return false;
  std::vector<float> values;
  for (const float v : e.tensor(c).values<float>()) values.push_back(f(v));
  for (const float v : values) {
    if (!(v - v == 0)) return false;  // 1 / 0
  }
  const std::string name = e.tensor(c).name;
  const ir::Dims dims = e.tensor(c).dims;
  e.replace(k, in_place_of(op, code, {op.input(0), e.add_floats(name, dims, values)}));
  return true;
}

bool power(Editor& e, size_t k) {
  const Op& op = e.op(k);
  const auto p = uniform_float(e.graph(), op.input(1));
  if (!p || e.tensor(op.input(0)).dims != e.tensor(op.outputs[0]).dims) return false;
  const int32_t x = op.input(0);
  if (*p == 2) return e.replace(k, in_place_of(op, Builtin::MUL, {x, x})), true;
  if (*p == 0.5f) return e.replace(k, in_place_of(op, Builtin::SQRT, {x})), true;
  if (*p == -0.5f) return e.replace(k, in_place_of(op, Builtin::RSQRT, {x})), true;
  return false;
}

/// y / SQRT(x) as y * RSQRT(x), 1 / SQRT(x) as RSQRT(x).
bool division_by_root(Editor& e, size_t k) {
  const Op& op = e.op(k);
  const int32_t root = e.made_by(op.input(1), Builtin::SQRT);
  if (root < 0 || !e.single(op.input(1))) return false;
  const bool one = uniform_float(e.graph(), op.input(0)) == 1.0f && e.tensor(op.input(1)).dims == e.tensor(op.outputs[0]).dims;
  Op reciprocal = e.op(static_cast<size_t>(root));
  reciprocal.code = Builtin::RSQRT, reciprocal.version = 0;
  if (one && op.activation() == Activation::kNone) {
    e.absorb(static_cast<size_t>(root), k, std::move(reciprocal));
    return true;
  }
  e.replace(static_cast<size_t>(root), std::move(reciprocal));
  e.replace(k, in_place_of(op, Builtin::MUL, {op.input(0), op.input(1)}));
  return true;
}

bool global_pool(Editor& e, size_t k) {
  const Op& op = e.op(k);
  const ir::Dims& in = e.tensor(op.input(0)).dims;
  const ir::Dims& out = e.tensor(op.outputs[0]).dims;
  if (in.size() != 4 || out.size() != 4 || out[1] != 1 || out[2] != 1 || op.activation() != Activation::kNone) return false;
  // SAME may have a window that sees less than everything; then only some positions count.
  if (op.integer("filter_height") != in[1] || op.integer("filter_width") != in[2] || op.padding() != Padding::kValid) return false;
  Op changed = in_place_of(op, Builtin::MEAN, {op.input(0), e.add_int32(e.tensor(op.outputs[0]).name + "/axes", {1, 2})});
  changed.set("keep_dims", int64_t{1});
  e.replace(k, std::move(changed));
  return true;
}

/// Reductions with axes from 0 on; and without the dimensions of 1 where a RESHAPE drops them.
bool reduction(Editor& e, size_t k) {
  const Op& op = e.op(k);
  const size_t rank = e.tensor(op.input(0)).dims.size();
  const auto given = int_values(e.graph(), op.input(1));
  if (!given || op.input(1) < 0 || e.tensor(op.input(1)).type != Type::kInt32) return false;
  const auto axes = normal_axes(*given, rank);
  if (!axes) return false;
  Op changed = op;
  bool better = false;
  if (*axes != *given) {
    changed.inputs[1] = e.add_int32(e.tensor(op.input(1)).name, *axes);
    better = true;
  }
  const int32_t out = op.outputs[0];
  if (op.integer("keep_dims") != 0 && e.tensor(out).dims.size() == rank && e.single(out)) {
    const size_t next = static_cast<size_t>(e.consumers(out)[0]);
    ir::Dims dropped = e.tensor(out).dims;
    for (size_t i = axes->size(); i-- > 0;) dropped.erase(dropped.begin() + (*axes)[i]);
    const Op& after = e.op(next);
    if (after.code == Builtin::RESHAPE && e.tensor(after.outputs[0]).dims == dropped && same_encoding(e.tensor(out), e.tensor(after.outputs[0]))) {
      changed.options.erase("keep_dims");
      e.absorb(k, next, std::move(changed));
      return true;
    }
  }
  if (better) e.replace(k, std::move(changed));
  return better;
}

/// clamp(x, 0, 1) as clamp(6 x, 0, 6) / 6: the one is an operator that TensorFlow Lite Micro does not have, the other a fused activation.
/// The factors fold into weights.
bool unit_clip(Editor& e, size_t k) {
  const Op op = e.op(k);
  const auto beside = [&](const char* suffix) {
    ir::Tensor t = e.tensor(op.outputs[0]);
    t.name += suffix;
    return e.add(std::move(t));
  };
  const auto number = [&](const char* suffix, float v) { return e.add_floats(e.tensor(op.outputs[0]).name + suffix, {}, std::span(&v, 1)); };
  Op scaled = in_place_of(op, Builtin::MUL, {op.inputs[0], number("/six", 6)});
  scaled.outputs = {beside("/scaled")};
  Op clipped = in_place_of(op, Builtin::RELU6, {scaled.outputs[0]});
  clipped.outputs = {beside("/clipped")};
  e.replace(k, in_place_of(op, Builtin::MUL, {clipped.outputs[0], number("/sixth", 1.0f / 6)}));
  e.append(std::move(scaled));
  e.append(std::move(clipped));
  return true;
}

/// TRANSPOSE, an operator along the last dimension, TRANSPOSE back: the order of the other dimensions does not matter to it, so they
/// keep theirs. Some exporters exchange two dimensions, which would be a layout that nothing else has.
bool keep_order(Editor& e, size_t k) {
  const Op& op = e.op(k);
  const int32_t x = op.input(0), y = op.outputs[0];
  const int32_t first = e.made_by(x, Builtin::TRANSPOSE);
  if (first < 0 || op.inputs.size() != 1 || !e.single(x) || !e.single(y)) return false;
  const size_t last = static_cast<size_t>(e.consumers(y)[0]);
  const auto p = permutation_of(e.graph(), e.op(static_cast<size_t>(first))), q = permutation_of(e.graph(), e.op(last));
  if (!p || !q || *q != inverse(*p) || e.tensor(x).dims != e.tensor(y).dims) return false;
  std::vector<int32_t> ordered;
  for (int32_t d = 0; d < static_cast<int32_t>(p->size()); ++d) {
    if (d != p->back()) ordered.push_back(d);
  }
  ordered.push_back(p->back());
  if (ordered == *p) return false;
  Op before = e.op(static_cast<size_t>(first)), after = e.op(last);
  const ir::Dims dims = permuted(e.tensor(before.inputs[0]).dims, ordered);
  before.inputs[1] = e.add_int32(e.tensor(before.inputs[1]).name, ordered);
  after.inputs[1] = e.add_int32(e.tensor(after.inputs[1]).name, inverse(ordered));
  e.tensor(x).dims = dims, e.tensor(y).dims = dims;
  e.replace(static_cast<size_t>(first), std::move(before));
  e.replace(last, std::move(after));
  return true;
}

bool rewrite(Editor& e, size_t k) {
  const Op& op = e.op(k);
  if (op.outputs.size() != 1 || op.input(0) < 0) return false;
  switch (op.code) {
    case Builtin::SQUEEZE:
    case Builtin::EXPAND_DIMS: return to_reshape(e, k);
    case Builtin::SOFTMAX:
    case Builtin::LOG_SOFTMAX:
    case Builtin::L2_NORMALIZATION: return keep_order(e, k);
    case Builtin::MEAN:
    case Builtin::SUM:
    case Builtin::REDUCE_MAX:
    case Builtin::REDUCE_MIN: return reduction(e, k);
    default: break;
  }
  if (!is_float(e.tensor(op.outputs[0])) || !is_float(e.tensor(op.input(0)))) return false;
  switch (op.code) {
    case Builtin::SUB: return with_constant(e, k, Builtin::ADD, [](float v) { return -v; });
    case Builtin::DIV: return with_constant(e, k, Builtin::MUL, [](float v) { return 1 / v; }) || division_by_root(e, k);
    case Builtin::SQUARE: return e.replace(k, in_place_of(op, Builtin::MUL, {op.input(0), op.input(0)})), true;
    case Builtin::POW: return power(e, k);
    case Builtin::RELU_0_TO_1: return unit_clip(e, k);
    case Builtin::AVERAGE_POOL_2D: return global_pool(e, k);
    case Builtin::PADV2:
      if (uniform_float(e.graph(), op.input(2)) != 0.0f) return false;
      return e.replace(k, in_place_of(op, Builtin::PAD, {op.input(0), op.input(1)})), true;
    default: return false;
  }
}

}  // namespace

bool canonical_form(ir::Graph& graph, PassContext&) {
  Editor e(graph);
  const size_t count = e.size();
  for (size_t k = 0; k < count; ++k) {
    if (e.alive(k)) rewrite(e, k);
  }
  return e.finish();
}

}  // namespace midge
