// The part of Lowering that adds operators.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "compiler/execute/one_op.h"
#include "compiler/import/onnx/lowering.h"

namespace midge::onnx {
namespace {

constexpr int64_t kMostBytes = int64_t{1} << 30;  // of one tensor

/// What becomes of a constant's scales when a TRANSPOSE or RESHAPE moves its elements.
ir::Quantization moved(const ir::Tensor& from, Builtin code, std::span<const int32_t> permutation, const Dims& to) {
  ir::Quantization q = from.quantization;
  if (code != Builtin::TRANSPOSE && code != Builtin::RESHAPE) return {};
  if (!q.per_channel()) return q;
  if (code == Builtin::TRANSPOSE) {
    q.dimension = static_cast<int32_t>(std::find(permutation.begin(), permutation.end(), q.dimension) - permutation.begin());
    return q;
  }
  // The axis stays one where as many elements lie before it as before.
  const auto before = [](const Dims& d, size_t n) {
    return std::accumulate(d.begin(), d.begin() + static_cast<int64_t>(n), int64_t{1}, std::multiplies<>());
  };
  const int64_t outer = before(from.dims, static_cast<size_t>(q.dimension));
  for (size_t i = 0; i < to.size(); ++i) {
    if (before(to, i) == outer && to[i] == from.dims[static_cast<size_t>(q.dimension)]) return q.dimension = static_cast<int32_t>(i), q;
  }
  return {};
}

/// Hands integers on as they are, so that their scale is the input's.
bool hands_on(Builtin code) {
  switch (code) {
    case Builtin::TRANSPOSE:
    case Builtin::RESHAPE:
    case Builtin::SQUEEZE:
    case Builtin::SLICE:
    case Builtin::STRIDED_SLICE:
    case Builtin::GATHER:
    case Builtin::PAD:
    case Builtin::PADV2:
    case Builtin::MAX_POOL_2D: return true;
    default: return false;
  }
}

}  // namespace

int32_t Lowering::add_op(ir::Op op, std::vector<Type> types, std::vector<ir::Quantization> quantization) {
  op.source = node_ == nullptr ? "" : node_->describe();
  for (const int32_t i : op.inputs) {
    if (i >= 0 && graph_[i].count() == 0) refuse("it works on an empty tensor", "remove the node before exporting");
  }
  const auto first = static_cast<int32_t>(graph_.tensors.size());
  for (size_t i = 0; i < types.size(); ++i) {
    ir::Tensor t;
    t.name = fmt::format("{}/{}", node_ == nullptr || node_->outputs.empty() ? "" : node_->outputs[0], graph_.tensors.size());
    t.type = types[i];
    if (i < quantization.size()) t.quantization = quantization[i];
    if (hands_on(op.code) && t.type != Type::kFloat32 && t.type == graph_[op.inputs[0]].type) {
      const ir::Quantization& q = graph_[op.inputs[0]].quantization;
      if (q.present() && !q.per_channel()) t.quantization = q;
    }
    op.outputs.push_back(graph_.add(std::move(t)));
  }
  const bool fold = std::all_of(op.inputs.begin(), op.inputs.end(), [&](int32_t i) { return i < 0 || graph_[i].constant(); });
  try {
    OneOp one(graph_, op);
    for (size_t i = 0; i < types.size(); ++i) {
      ir::Tensor& t = graph_[op.outputs[i]];
      t.dims = one.output_dims()[i];
      if (t.count() * std::max<int64_t>(type_bits(t.type) / 8, 1) > kMostBytes)
        refuse(fmt::format("its output of {} is too large", t.dims));
    }
    if (fold) {
      one.run(std::vector<std::span<const uint8_t>>(op.inputs.size()));
      for (size_t i = 0; i < types.size(); ++i) {
        const auto bytes = one.output(i);
        ir::Tensor& t = graph_[op.outputs[i]];
        t.data = std::make_shared<ir::Bytes>(bytes.begin(), bytes.end());
        const ir::Tensor& from = graph_[op.inputs[0]];
        if (t.type == Type::kFloat32 && from.quantization.present()) {
          const auto permutation = op.code == Builtin::TRANSPOSE ? graph_[op.inputs[1]].values<int32_t>() : std::span<const int32_t>();
          t.quantization = moved(from, op.code, permutation, t.dims);
        }
      }
      return first;
    }
  } catch (const DiagnosticError& e) {
    if (e.diagnostic.id == "onnx-unsupported") throw;
    std::string inputs;
    for (const int32_t i : op.inputs) inputs += (inputs.empty() ? "" : ", ") + (i < 0 ? "-" : ir::type_and_dims(graph_[i]));
    ir::Op bare = op;
    bare.source.clear();
    refuse(fmt::format("it becomes {} of ({}), which no kernel takes: {}", ir::describe(bare), inputs, e.diagnostic.message), e.diagnostic.hint);
  }
  graph_.ops.push_back(std::move(op));
  return first;
}

std::vector<int32_t> Lowering::op_n(Builtin code, std::vector<int32_t> inputs, size_t outputs, Options options, Type out_type) {
  ir::Op op;
  op.code = code;
  if (out_type == Type::kAny) out_type = type(inputs.at(0));
  op.inputs = std::move(inputs);
  op.options = std::move(options);
  const int32_t first = add_op(std::move(op), std::vector<Type>(outputs, out_type));
  std::vector<int32_t> all(outputs);
  std::iota(all.begin(), all.end(), first);
  return all;
}

int32_t Lowering::op(Builtin code, std::vector<int32_t> inputs, Options options, Type out_type) {
  return op_n(code, std::move(inputs), 1, std::move(options), out_type)[0];
}

int32_t Lowering::cast(int32_t t, Type to) {
  if (type(t) == to) return t;
  return op(Builtin::CAST, {t}, {{"in_data_type", static_cast<int64_t>(type(t))}, {"out_data_type", static_cast<int64_t>(to)}}, to);
}

int32_t Lowering::transpose(int32_t t, const std::vector<int32_t>& permutation) {
  if (std::is_sorted(permutation.begin(), permutation.end())) return t;
  return op(Builtin::TRANSPOSE, {t, int32s(permutation)});
}

int32_t Lowering::reshape(int32_t t, const Dims& to) {
  if (dims(t) == to) return t;
  if (to.empty() && !constant(t)) return op(Builtin::SQUEEZE, {t});  // an empty tensor of the shape would be none
  if (constant(t) && !std::count(to.begin(), to.end(), 0)) {
    ir::Tensor c = graph_[t];
    c.quantization = moved(graph_[t], Builtin::RESHAPE, {}, to);
    c.dims = to;
    if (c.count() != graph_[t].count()) refuse(fmt::format("{} elements do not fit {}", graph_[t].count(), to), "the file is damaged");
    return graph_.add(std::move(c));
  }
  if (to.size() > 6) refuse(fmt::format("a shape of {} has more than 6 dimensions", to), "reshape to fewer dimensions");
  return op(Builtin::RESHAPE, {t, int32s(to)}, {{"new_shape", to}});
}

int32_t Lowering::slice(int32_t t, const std::vector<int32_t>& begin, const std::vector<int32_t>& size) {
  if (size == dims(t)) return t;
  return op(Builtin::SLICE, {t, int32s(begin), int32s(size)});
}

int32_t Lowering::gather(int32_t t, int32_t along, const std::vector<int32_t>& positions) {
  return op(Builtin::GATHER, {t, int32s(positions)}, {{"axis", int64_t{along}}});
}

int32_t Lowering::concat(const std::vector<int32_t>& parts, int32_t along) {
  if (parts.size() == 1) return parts[0];
  return op(Builtin::CONCATENATION, parts, {{"axis", int64_t{along}}});
}

int32_t Lowering::reduce(Builtin code, int32_t t, const std::vector<int32_t>& axes, bool keep) {
  return op(code, {t, int32s(axes)}, {{"keep_dims", int64_t{keep}}});
}

int32_t Lowering::broadcast(int32_t t, const Dims& to) {
  if (dims(t) == to) return t;
  return op(Builtin::BROADCAST_TO, {t, int32s(to)});
}

int32_t Lowering::to_channels_last(int32_t t) {
  if (rank(t) == 4) return transpose(t, {0, 2, 3, 1});
  const int32_t turned = transpose(t, {0, 2, 1});
  return reshape(turned, {dim(turned, 0), 1, dim(turned, 1), dim(turned, 2)});
}

int32_t Lowering::to_channels_first(int32_t t, int32_t to_rank) {
  if (to_rank == 4) return transpose(t, {0, 3, 1, 2});
  return transpose(reshape(t, {dim(t, 0), dim(t, 2), dim(t, 3)}), {0, 2, 1});
}

}  // namespace midge::onnx
