// RESHAPE moves behind elementwise operators: there it meets the next RESHAPE, a FULLY_CONNECTED or a convolution that takes what was
// before it, and what stood between it and the operator before it can fold there. Exact for all types.
//
// It moves if the operator can run on the shape before it: one operand; or a constant that is one number, or one a channel where the
// channels stay the last dimension; or two operands that were reshaped alike. A RESHAPE whose result others need too stays.
#include <algorithm>

#include "compiler/optimize/editor.h"
#include "compiler/optimize/pass.h"
#include "compiler/optimize/values.h"

namespace midge {
namespace {

using ir::Dims;
using ir::Op;

/// The shape before the RESHAPE that makes t, or nothing.
const Dims* before_reshape(Editor& e, int32_t t) {
  const int32_t k = e.made_by(t, Builtin::RESHAPE);
  if (k < 0) return nullptr;
  const int32_t in = e.op(static_cast<size_t>(k)).input(0);
  if (in < 0 || e.tensor(in).constant() || e.tensor(in).is_variable || !has_dims(e.tensor(in)) || !has_dims(e.tensor(t))) return nullptr;
  return same_encoding(e.tensor(in), e.tensor(t)) && !e.tensor(in).dims.empty() ? &e.tensor(in).dims : nullptr;
}

/// Operand t of an operator whose output has shape `out` also fits an output of shape `to`.
bool constant_fits(Editor& e, int32_t t, const Dims& out, const Dims& to) {
  const ir::Tensor& c = e.tensor(t);
  if (!c.constant() || c.quantization.per_channel()) return false;
  if (c.count() == 1) return true;
  return !c.dims.empty() && c.count() == c.dims.back() && !out.empty() && out.back() == c.dims.back() && to.back() == c.dims.back();
}

/// The operator can run on the shape `to` instead.
bool can_move(Editor& e, const Op& op, const Dims& to) {
  if (op.outputs.size() != 1 || !has_dims(e.tensor(op.outputs[0])) || e.tensor(op.outputs[0]).quantization.per_channel()) return false;
  const Dims& out = e.tensor(op.outputs[0]).dims;
  if (is_unary_elementwise(op.code)) return op.inputs.size() == 1;
  if (!is_binary_elementwise(op.code) || op.inputs.size() != 2) return false;
  for (const int32_t t : op.inputs) {
    if (t < 0) return false;
    const Dims* before = before_reshape(e, t);
    const bool reshaped = before != nullptr && *before == to && e.tensor(t).dims == out;
    if (!reshaped && !constant_fits(e, t, out, to)) return false;
  }
  return true;
}

/// Everything that reads t can do without the RESHAPE that makes it.
bool all_can_move(Editor& e, int32_t t, const Dims& to) {
  if (e.is_output(t)) return false;
  const auto& readers = e.consumers(t);
  return std::all_of(readers.begin(), readers.end(), [&](int32_t k) {
    const Op& op = e.op(static_cast<size_t>(k));
    return op.code == Builtin::RESHAPE || can_move(e, op, to);
  });
}

bool sink(Editor& e, size_t k) {
  const Op& op = e.op(k);
  if (op.inputs.empty() || op.inputs.size() > 2) return false;
  const Dims* to = nullptr;
  for (const int32_t t : op.inputs) {
    if (t >= 0 && to == nullptr) to = before_reshape(e, t);
  }
  if (to == nullptr || !can_move(e, op, *to)) return false;
  const Dims shape = *to;
  Op moved = op, reshape;
  for (int32_t& t : moved.inputs) {
    if (e.tensor(t).constant()) {
      if (e.tensor(t).count() != 1 && e.tensor(t).dims.size() > shape.size()) {  // [1,1,1,C] for a shape of rank 2
        ir::Tensor c = e.tensor(t);
        c.dims = {c.dims.back()};
        t = e.add(std::move(c));
      }
      if (e.tensor(t).count() == 1 && e.tensor(t).dims.size() > shape.size()) {
        ir::Tensor c = e.tensor(t);
        c.dims = {};
        t = e.add(std::move(c));
      }
      continue;
    }
    if (!all_can_move(e, t, shape)) return false;
    t = e.op(static_cast<size_t>(e.producer_index(t))).input(0);
  }
  const int32_t out = op.outputs[0];
  ir::Tensor inner = e.tensor(out);
  inner.name += "/before", inner.dims = shape;
  const Dims dims = e.tensor(out).dims;
  const std::string name = e.tensor(out).name;
  moved.outputs[0] = e.add(std::move(inner));
  reshape.code = Builtin::RESHAPE, reshape.source = op.source, reshape.outputs = {out};
  reshape.inputs = {moved.outputs[0], e.add_int32(name + "/shape", dims)};
  reshape.set("new_shape", dims);
  e.replace(k, std::move(moved));
  e.append(std::move(reshape));
  return true;
}

}  // namespace

bool reshape_sinking(ir::Graph& graph, PassContext&) {
  Editor e(graph);
  const size_t count = e.size();
  for (size_t k = 0; k < count; ++k) sink(e, k);
  return e.finish();
}

}  // namespace midge
