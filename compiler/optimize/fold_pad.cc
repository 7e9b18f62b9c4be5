// PAD, then a window that pads nothing itself: SAME does both, if it puts the windows in the same places. SAME pads the smaller half in
// front, so that a padding of 1 on each side of an even image under stride 2 stays a PAD.
//
// A convolution counts what SAME adds as zeros (quantised: as the zero point), which is what PAD writes: exact for all types. A MAX
// pooling does not count it at all: exact where the padding value is not above any value of the type's range that can occur. An
// AVERAGE pooling divides by the elements inside, PAD by all: never folded.
#include <limits>

#include "compiler/optimize/editor.h"
#include "compiler/optimize/pass.h"
#include "compiler/optimize/values.h"
#include "compiler/optimize/window.h"

namespace midge {
namespace {

using ir::Op;

/// No value of the tensor is below 0, by the operator that makes it.
bool never_negative(const Editor& e, int32_t t) {
  const Op* op = e.producer(t);
  if (op == nullptr) return false;
  const Activation a = op->activation();
  return op->code == Builtin::RELU || op->code == Builtin::RELU6 || op->code == Builtin::LOGISTIC || a == Activation::kRelu ||
         a == Activation::kRelu6;
}

/// The constant is the lowest number of its type.
bool is_lowest(const ir::Tensor& t) {
  if (!t.constant() || t.count() != 1 || t.data->size() != t.bytes()) return false;
  switch (t.type) {
    case Type::kFloat32: return t.values<float>()[0] <= std::numeric_limits<float>::lowest();
    case Type::kInt8: return t.values<int8_t>()[0] == std::numeric_limits<int8_t>::min();
    case Type::kUint8: return t.values<uint8_t>()[0] == 0;
    case Type::kInt16: return t.values<int16_t>()[0] == std::numeric_limits<int16_t>::min();
    default: return false;
  }
}

/// Quantised zero is the lowest number of the type.
bool zero_is_lowest(const ir::Tensor& t) {
  if (t.quantization.zero_points.size() != 1) return false;
  const int64_t zero = t.quantization.zero_points[0];
  return (t.type == Type::kInt8 && zero == std::numeric_limits<int8_t>::min()) || (t.type == Type::kUint8 && zero == 0);
}

/// What the pad writes is what the operator assumes beyond the border.
bool value_fits(Editor& e, const Op& pad, const Op& op) {
  const bool zero = pad.code == Builtin::PAD || uniform_float(e.graph(), pad.input(2)) == 0.0f;
  switch (op.code) {
    case Builtin::CONV_2D:
    case Builtin::DEPTHWISE_CONV_2D: return zero;
    case Builtin::MAX_POOL_2D:
      if (pad.code == Builtin::PADV2 && is_lowest(e.tensor(pad.input(2)))) return true;
      if (pad.code == Builtin::PAD && zero_is_lowest(e.tensor(pad.input(0)))) return true;
      return zero && is_float(e.tensor(pad.input(0))) && never_negative(e, pad.input(0));
    default: return false;
  }
}

bool fold(Editor& e, size_t k) {
  const ir::Graph& graph = e.graph();
  const Op& op = e.op(k);
  const auto w = windows_of(graph, op);
  if (!w || op.outputs.size() != 1 || !reads_no_padding(graph, op)) return false;
  const Op* pad = e.producer(op.input(0));
  if (pad == nullptr || pad->input(0) < 0 || (pad->code != Builtin::PAD && pad->code != Builtin::PADV2) || !value_fits(e, *pad, op))
    return false;
  const ir::Tensor &in = graph[pad->input(0)], &padded = graph[op.input(0)], &out = graph[op.outputs[0]];
  const auto widths = int_values(graph, pad->input(1));
  if (!widths || widths->size() != 8 || in.dims.size() != 4 || !has_dims(in) || out.dims.size() != 4 || !same_encoding(in, padded))
    return false;
  for (const size_t i : {0u, 1u, 6u, 7u}) {
    if ((*widths)[i] != 0) return false;
  }
  for (size_t a = 0; a < 2; ++a) {
    const SamePadding same = same_padding(in.dims[a + 1], w->extent(static_cast<int>(a)), w->stride[a]);
    if (same.outputs != out.dims[a + 1] || same.before != (*widths)[2 + 2 * a]) return false;
  }
  Op changed = op;
  changed.inputs[0] = pad->input(0);
  changed.set("padding", static_cast<int64_t>(Padding::kSame));
  changed.source = join_sources(pad->source, op.source);
  e.replace(k, std::move(changed));
  return true;
}

}  // namespace

bool fold_pad(ir::Graph& graph, PassContext&) {
  Editor e(graph);
  for (size_t k = 0; k < e.size(); ++k) fold(e, k);
  return e.finish();
}

}  // namespace midge
