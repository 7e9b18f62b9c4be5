// Identity removal. An operator goes if its output has the bytes and the meaning (type, scale, zero point) of its input. Also shortens
// chains: of two RESHAPEs or TRANSPOSEs in a row the first is skipped.
#include <algorithm>

#include "compiler/optimize/editor.h"
#include "compiler/optimize/pass.h"
#include "compiler/optimize/values.h"

namespace midge {
namespace {

using ir::Op;

bool all_equal(const std::vector<int32_t>& v, int32_t value) {
  return std::all_of(v.begin(), v.end(), [&](int32_t x) { return x == value; });
}

bool all_equal(const ir::Graph& graph, int32_t t, int32_t value) {
  const auto v = int_values(graph, t);
  return v && all_equal(*v, value);
}

/// Which input the output equals when dimensions and encodings are equal; -1 if it does not.
int32_t unchanged_input(const ir::Graph& graph, const Op& op) {
  const auto is_uniform = [&](int32_t t, float value) {
    const auto v = uniform_float(graph, t);
    return v && *v == value;
  };
  const bool plain = op.activation() == Activation::kNone;
  switch (op.code) {
    case Builtin::RESHAPE:
    case Builtin::SQUEEZE:
    case Builtin::EXPAND_DIMS:
    case Builtin::SLICE:
    case Builtin::PAD:
    case Builtin::PADV2:
    case Builtin::MIRROR_PAD:
    case Builtin::BROADCAST_TO:
    case Builtin::TILE:
    case Builtin::SPACE_TO_DEPTH:
    case Builtin::DEPTH_TO_SPACE:
    case Builtin::CAST:
    case Builtin::QUANTIZE: return 0;  // equal dimensions leave no room for another change
    case Builtin::STRIDED_SLICE: return all_equal(graph, op.input(3), 1) && op.integer("new_axis_mask") == 0 ? 0 : -1;
    case Builtin::TRANSPOSE: {
      const auto p = permutation_of(graph, op);
      return p && is_identity(*p) ? 0 : -1;
    }
    case Builtin::CONCATENATION: return op.inputs.size() == 1 && plain ? 0 : -1;
    case Builtin::ADD_N: return op.inputs.size() == 1 ? 0 : -1;
    case Builtin::SPLIT: return op.outputs.size() == 1 ? 1 : -1;
    case Builtin::SPLIT_V: return op.outputs.size() == 1 ? 0 : -1;
    case Builtin::RESIZE_NEAREST_NEIGHBOR: return 0;
    case Builtin::MAX_POOL_2D:
    case Builtin::AVERAGE_POOL_2D:
      return plain && op.integer("filter_width") == 1 && op.integer("filter_height") == 1 && op.integer("stride_w") == 1 &&
                     op.integer("stride_h") == 1
                 ? 0
                 : -1;
    case Builtin::MUL:
      if (!plain) return -1;
      return is_uniform(op.input(1), 1) ? 0 : is_uniform(op.input(0), 1) ? 1 : -1;
    case Builtin::ADD:
      if (!plain) return -1;
      return is_uniform(op.input(1), 0) ? 0 : is_uniform(op.input(0), 0) ? 1 : -1;
    case Builtin::SUB: return plain && is_uniform(op.input(1), 0) ? 0 : -1;
    case Builtin::DIV: return plain && is_uniform(op.input(1), 1) ? 0 : -1;
    case Builtin::POW: return is_uniform(op.input(1), 1) ? 0 : -1;
    default: return -1;
  }
}

bool remove_unchanged(Editor& e, size_t k) {
  const Op& op = e.op(k);
  const int32_t i = unchanged_input(e.graph(), op);
  if (i < 0 || op.outputs.size() != 1) return false;
  const int32_t in = op.input(static_cast<size_t>(i)), out = op.outputs[0];
  if (in < 0 || !has_dims(e.tensor(in)) || e.tensor(in).dims != e.tensor(out).dims || !same_encoding(e.tensor(in), e.tensor(out)))
    return false;
  if (e.tensor(in).is_variable) return false;  // a copy of a state is not the state
  return e.bypass(k, in, out);
}

/// RESHAPE or TRANSPOSE of the same: the first is skipped, and dies if nothing else reads it.
bool shorten_chain(Editor& e, size_t k) {
  const Op& op = e.op(k);
  const int32_t first = e.made_by(op.input(0), op.code);
  if (first < 0) return false;
  const Op& before = e.op(static_cast<size_t>(first));
  const int32_t in = before.input(0);
  if (in < 0 || e.tensor(in).is_variable || !has_dims(e.tensor(in)) || !same_encoding(e.tensor(in), e.tensor(before.outputs[0])))
    return false;
  Op changed = op;
  changed.inputs[0] = in;
  if (op.code == Builtin::TRANSPOSE) {
    const auto p = permutation_of(e.graph(), before), q = permutation_of(e.graph(), op);
    if (!p || !q || p->size() != q->size()) return false;
    changed.inputs[1] = e.add_int32(e.tensor(op.input(1)).name, permuted(*p, *q));
  }
  changed.source = join_sources(before.source, op.source);
  e.replace(k, std::move(changed));
  return true;
}

/// Two PADs of zeros are one with both widths.
bool join_pads(Editor& e, size_t k) {
  const Op& op = e.op(k);
  const int32_t first = e.made_by(op.input(0), Builtin::PAD);
  if (first < 0 || !e.single(op.input(0))) return false;
  const Op& before = e.op(static_cast<size_t>(first));
  auto p = int_values(e.graph(), before.input(1)), q = int_values(e.graph(), op.input(1));
  if (!p || !q || p->size() != q->size() || !same_encoding(e.tensor(before.input(0)), e.tensor(op.input(0)))) return false;
  for (size_t i = 0; i < p->size(); ++i) {
    if ((*p)[i] < 0 || (*q)[i] < 0 || (*p)[i] > INT32_MAX - (*q)[i]) return false;
    (*p)[i] += (*q)[i];
  }
  ir::Tensor widths;
  widths.name = e.tensor(op.input(1)).name, widths.type = Type::kInt32;
  widths.dims = {static_cast<int32_t>(p->size() / 2), 2};
  widths.set_values<int32_t>(*p);
  Op changed = op;
  changed.inputs = {before.input(0), e.add(std::move(widths))};
  changed.source = join_sources(before.source, op.source);
  e.replace(k, std::move(changed));
  return true;
}

/// int8 -> float -> int8 of the same scale gives every value back: the error of two float operations is far below half a step.
bool remove_requantize(Editor& e, size_t k) {
  const Op& op = e.op(k);
  const int32_t first = e.made_by(op.input(0), Builtin::DEQUANTIZE);
  if (first < 0) return false;
  const int32_t in = e.op(static_cast<size_t>(first)).input(0), out = op.outputs[0];
  if (in < 0 || e.tensor(in).is_variable || e.tensor(in).dims != e.tensor(out).dims || !same_encoding(e.tensor(in), e.tensor(out)))
    return false;
  if (!e.tensor(in).quantization.present() || type_bits(e.tensor(in).type) > 16) return false;
  return e.bypass(k, in, out);
}

/// FULLY_CONNECTED takes its input as rows, whatever the dimensions: a RESHAPE before it does nothing.
bool skip_reshape(Editor& e, size_t k) {
  const Op& op = e.op(k);
  const int32_t before = e.made_by(op.input(0), Builtin::RESHAPE);
  if (before < 0 || op.integer("keep_num_dims") != 0) return false;
  const int32_t in = e.op(static_cast<size_t>(before)).input(0);
  if (in < 0 || e.tensor(in).is_variable || !has_dims(e.tensor(in)) || e.tensor(in).dims.empty() ||
      !same_encoding(e.tensor(in), e.tensor(op.input(0))))
    return false;
  Op changed = op;
  changed.inputs[0] = in;
  changed.source = join_sources(e.op(static_cast<size_t>(before)).source, op.source);
  e.replace(k, std::move(changed));
  return true;
}

}  // namespace

bool identity_removal(ir::Graph& graph, PassContext&) {
  Editor e(graph);
  for (size_t k = 0; k < e.size(); ++k) {
    const Op& op = e.op(k);
    if (op.outputs.size() != 1 || op.input(0) < 0) continue;
    if (remove_unchanged(e, k)) continue;
    const Builtin code = op.code;
    if (code == Builtin::RESHAPE || code == Builtin::TRANSPOSE) shorten_chain(e, k);
    if (code == Builtin::PAD) join_pads(e, k);
    if (code == Builtin::FULLY_CONNECTED) skip_reshape(e, k);
    if (code == Builtin::QUANTIZE) remove_requantize(e, k);
  }
  return e.finish();
}

}  // namespace midge
