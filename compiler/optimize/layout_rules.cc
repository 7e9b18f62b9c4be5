#include "compiler/optimize/layout_rules.h"

#include <algorithm>
#include <numeric>

#include "compiler/optimize/values.h"

namespace midge {
namespace {

using ir::Dims;
using ir::Graph;
using ir::Op;

/// What a kind of operator does with dimensions.
enum class Kind {
  kFixed,
  kUnary,          ///< and all whose output is laid out like input 0
  kBroadcast,      ///< several operands, stretched to the output's shape
  kConcatenation,
  kSplit,          ///< input `data`
  kRowsOfInts,     ///< inputs behind the first are lists with an entry, or a pair, a dimension: PAD, SLICE, TILE
  kStridedSlice,
  kReduction,      ///< input 1 has axes
  kAxis,           ///< input 1 has axes; the shape stays: CUMSUM, REVERSE_V2
  kGather,
  kLastAxis,       ///< along the last dimension: SOFTMAX
  kReshape,
  kTranspose,
  kFullyConnected,
};

Kind kind_of(Builtin code) {
  if (is_unary_elementwise(code)) return Kind::kUnary;
  if (is_binary_elementwise(code)) return Kind::kBroadcast;
  switch (code) {
    case Builtin::ADD_N:
    case Builtin::SELECT_V2: return Kind::kBroadcast;
    case Builtin::CONCATENATION: return Kind::kConcatenation;
    case Builtin::SPLIT:
    case Builtin::SPLIT_V: return Kind::kSplit;
    case Builtin::PAD:
    case Builtin::PADV2:
    case Builtin::MIRROR_PAD:
    case Builtin::SLICE:
    case Builtin::TILE:
    case Builtin::BROADCAST_TO: return Kind::kRowsOfInts;
    case Builtin::STRIDED_SLICE: return Kind::kStridedSlice;
    case Builtin::MEAN:
    case Builtin::SUM:
    case Builtin::REDUCE_PROD:
    case Builtin::REDUCE_MAX:
    case Builtin::REDUCE_MIN:
    case Builtin::REDUCE_ANY:
    case Builtin::REDUCE_ALL:
    case Builtin::ARG_MAX:
    case Builtin::ARG_MIN: return Kind::kReduction;
    case Builtin::CUMSUM:
    case Builtin::REVERSE_V2: return Kind::kAxis;
    case Builtin::GATHER: return Kind::kGather;
    case Builtin::SOFTMAX:
    case Builtin::LOG_SOFTMAX:
    case Builtin::L2_NORMALIZATION: return Kind::kLastAxis;
    case Builtin::RESHAPE: return Kind::kReshape;
    case Builtin::TRANSPOSE: return Kind::kTranspose;
    case Builtin::FULLY_CONNECTED: return Kind::kFullyConnected;
    default: return Kind::kFixed;
  }
}

size_t data_input(const Op& op) { return op.code == Builtin::SPLIT ? 1 : 0; }

bool drops_axes(const Op& op) { return op.code == Builtin::ARG_MAX || op.code == Builtin::ARG_MIN || op.integer("keep_dims") == 0; }

/// Which input has the axis or axes; SIZE_MAX where an option has it.
size_t axis_input(const Op& op) { return op.code == Builtin::SPLIT ? 0 : op.code == Builtin::SPLIT_V ? 2 : 1; }

/// p without the axes, the others numbered anew.
Permutation without(const Permutation& p, const std::vector<int32_t>& axes) {
  Permutation out;
  for (const int32_t d : p) {
    if (std::find(axes.begin(), axes.end(), d) != axes.end()) continue;
    out.push_back(d - static_cast<int32_t>(std::count_if(axes.begin(), axes.end(), [&](int32_t a) { return a < d; })));
  }
  return out;
}

std::optional<std::vector<int32_t>> axes_of(const Graph& graph, const Op& op, size_t rank) {
  const auto axes = int_values(graph, op.input(axis_input(op)));
  return axes ? normal_axes(*axes, rank) : std::nullopt;
}

std::vector<int32_t> int_option(const Op& op, const char* name, size_t rank) {
  const auto axes = normal_axes({static_cast<int32_t>(op.integer(name))}, rank);
  return axes ? *axes : std::vector<int32_t>();
}

/// The FULLY_CONNECTED whose result the RESHAPE makes [batch, ...] of, if its rows can be put in any order; else -1.
int32_t maker_of_image(const Editor& e, const Op& reshape) {
  const Graph& graph = e.graph();
  const int32_t x = reshape.input(0), k = e.made_by(x, Builtin::FULLY_CONNECTED);
  if (k < 0 || !e.single(x) || graph[x].dims.size() != 2) return -1;
  const Dims& to = graph[reshape.outputs[0]].dims;
  const Op& op = e.op(static_cast<size_t>(k));
  const int32_t w = op.input(1), b = op.input(2);
  if (to.size() < 3 || to[0] != graph[x].dims[0] || w < 0 || op.integer("weights_format") != 0) return -1;
  const auto movable = [&](int32_t t) {
    return graph[t].constant() && !graph[t].is_variable && type_bits(graph[t].type) >= 8 && graph[t].quantization.dimension == 0;
  };
  if (!movable(w) || (b >= 0 && (!movable(b) || graph[b].count() != graph[x].dims[1]))) return -1;
  return graph[w].dims.size() == 2 && graph[w].dims[0] == graph[x].dims[1] ? k : -1;
}

class Rules {
 public:
  Rules(const Editor& e, const Op& op, int32_t known, const Permutation& p) : e_(e), graph_(e.graph()), op_(op), known_(known), p_(p) {
    layout_.inputs.resize(op.inputs.size()), layout_.outputs.resize(op.outputs.size());
  }

  std::optional<OpLayout> find() {
    if (op_.outputs.empty() || op_.inputs.empty() || !op_.intermediates.empty()) return {};
    for (const auto* list : {&op_.inputs, &op_.outputs}) {
      for (const int32_t t : *list) {
        if (t < 0) continue;
        const ir::Tensor& tensor = graph_[t];
        if (tensor.is_variable || !has_dims(tensor) || (!tensor.constant() && tensor.quantization.per_channel())) return {};
      }
    }
    return by_kind(kind_of(op_.code)) ? std::optional(layout_) : std::nullopt;
  }

 private:
  size_t rank() const { return p_.size(); }
  const Dims& dims(int32_t t) const { return graph_[t].dims; }
  bool known_is_output() const { return std::find(op_.outputs.begin(), op_.outputs.end(), known_) != op_.outputs.end(); }

  bool by_kind(Kind kind) {
    const size_t data = data_input(op_);
    switch (kind) {
      case Kind::kFixed: return false;
      case Kind::kUnary: return like_data(data);
      case Kind::kBroadcast: return broadcast();
      case Kind::kConcatenation: return concatenation();
      case Kind::kSplit: return like_data(data) && axes_of(graph_, op_, rank()).has_value();
      case Kind::kRowsOfInts: return like_data(0) && lists_fit();
      case Kind::kStridedSlice:
        return like_data(0) && lists_fit() && op_.integer("ellipsis_mask") == 0 && op_.integer("new_axis_mask") == 0 &&
               op_.integer("shrink_axis_mask") == 0;
      case Kind::kReduction: return reduction();
      case Kind::kAxis: return like_data(0) && axes_of(graph_, op_, rank()).has_value();
      case Kind::kGather: return gather();
      case Kind::kLastAxis: return like_data(0) && p_.back() == static_cast<int32_t>(rank()) - 1;
      case Kind::kReshape: return reshape();
      case Kind::kTranspose: return transpose();
      case Kind::kFullyConnected: return fully_connected();
    }
    return false;
  }

  /// The data input and all outputs have the known tensor's rank and layout.
  bool like_data(size_t data) {
    if (op_.input(data) < 0 || (known_ != op_.inputs[data] && !known_is_output()) || graph_[op_.inputs[data]].constant()) return false;
    if (dims(op_.inputs[data]).size() != rank()) return false;
    layout_.inputs[data] = p_;
    for (size_t i = 0; i < op_.outputs.size(); ++i) {
      if (dims(op_.outputs[i]).size() != rank()) return false;
      layout_.outputs[i] = p_;
    }
    return true;
  }

  bool broadcast() {
    if (dims(op_.outputs[0]).size() != rank()) return false;
    layout_.outputs[0] = p_;
    for (size_t i = 0; i < op_.inputs.size(); ++i) {
      const int32_t t = op_.inputs[i];
      if (t < 0 || dims(t).size() > rank()) return false;
      if (graph_[t].constant()) {
        if (type_bits(graph_[t].type) < 8) return false;
        continue;
      }
      if (dims(t).size() == rank()) {
        layout_.inputs[i] = p_;
      } else if (graph_[t].count() != 1) {
        return false;
      }
    }
    return true;
  }

  bool concatenation() {
    if (int_option(op_, "axis", rank()).empty() || dims(op_.outputs[0]).size() != rank()) return false;
    layout_.outputs[0] = p_;
    for (size_t i = 0; i < op_.inputs.size(); ++i) {
      const int32_t t = op_.inputs[i];
      if (t < 0 || dims(t).size() != rank() || (graph_[t].constant() && type_bits(graph_[t].type) < 8)) return false;
      if (!graph_[t].constant()) layout_.inputs[i] = p_;
    }
    return true;
  }

  /// The lists are constants with as many entries or pairs as there are dimensions.
  bool lists_fit() {
    const size_t lists = op_.code == Builtin::PADV2 ? 2 : op_.inputs.size();
    const bool pairs = op_.code == Builtin::PAD || op_.code == Builtin::PADV2 || op_.code == Builtin::MIRROR_PAD;
    for (size_t i = 1; i < lists; ++i) {
      const auto v = int_values(graph_, op_.inputs[i]);
      if (!v || v->size() != rank() * (pairs ? 2 : 1)) return false;
    }
    return true;
  }

  bool reduction() {
    const int32_t x = op_.input(0);
    if (x < 0 || graph_[x].constant()) return false;
    const bool drops = drops_axes(op_);
    if (drops && known_ != x) return false;  // where the dropped dimensions were is not known
    if (dims(x).size() != rank()) return false;
    const auto axes = axes_of(graph_, op_, rank());
    if (!axes) return false;
    layout_.inputs[0] = p_;
    layout_.outputs[0] = drops ? without(p_, *axes) : p_;
    return true;
  }

  bool gather() {
    const int32_t x = op_.input(0), indices = op_.input(1);
    if (x < 0 || indices < 0 || graph_[x].constant() || op_.integer("batch_dims") != 0) return false;
    const bool scalar = dims(indices).empty();
    if ((!scalar && dims(indices).size() != 1) || (scalar && known_ != x) || dims(x).size() != rank() || known_ == indices) return false;
    const auto axis = int_option(op_, "axis", rank());
    if (axis.empty()) return false;
    layout_.inputs[0] = p_;
    layout_.outputs[0] = scalar ? without(p_, axis) : p_;
    return true;
  }

  bool reshape() {
    const int32_t x = op_.input(0), y = op_.outputs[0];
    if (x < 0 || graph_[x].constant() || (known_ != x && known_ != y)) return false;
    if (known_ == y && maker_of_image(e_, op_) >= 0) {
      layout_.outputs[0] = p_;
      return p_[0] == 0;
    }
    const auto other = known_ == x ? through_reshape(dims(x), dims(y), p_) : through_reshape(dims(y), dims(x), p_);
    if (!other) return false;
    layout_.inputs[0] = known_ == x ? p_ : *other;
    layout_.outputs[0] = known_ == x ? *other : p_;
    return true;
  }

  /// Both stored alike: then the operator itself is not needed.
  bool transpose() {
    const int32_t x = op_.input(0);
    const auto q = permutation_of(graph_, op_);
    if (!q || q->size() != rank() || graph_[x].constant()) return false;
    Permutation other(rank());
    const Permutation back = inverse(*q);
    for (size_t d = 0; d < rank(); ++d) other[d] = (known_ == x ? back : *q)[static_cast<size_t>(p_[d])];
    layout_.inputs[0] = known_ == x ? p_ : other;
    layout_.outputs[0] = known_ == x ? other : p_;
    return true;
  }

  /// Along the last dimension; or all dimensions but the first as one row of weights, whose columns move.
  bool fully_connected() {
    const int32_t x = op_.input(0), w = op_.input(1);
    if (x < 0 || w < 0 || dims(w).size() != 2 || op_.integer("weights_format") != 0) return false;
    const int32_t columns = dims(w)[1];
    if (op_.integer("keep_num_dims") != 0) return p_.back() == static_cast<int32_t>(rank()) - 1 && like_data(0);
    if (known_ != x || !graph_[w].constant() || graph_[w].is_variable || type_bits(graph_[w].type) < 8 || p_[0] != 0) return false;
    if (graph_[x].count() != int64_t{dims(x)[0]} * columns) return false;
    layout_.inputs[0] = p_;
    return true;
  }

  const Editor& e_;
  const Graph& graph_;
  const Op& op_;
  int32_t known_;
  const Permutation& p_;
  OpLayout layout_;
};

void permute_list(Editor& e, Op& op, size_t input, const Permutation& p) {
  const auto v = *int_values(e.graph(), op.inputs[input]);
  const size_t entries = v.size() / p.size();  // 1, or 2 for pairs
  std::vector<int32_t> out;
  for (const int32_t d : p) {
    for (size_t i = 0; i < entries; ++i) out.push_back(v[static_cast<size_t>(d) * entries + i]);
  }
  ir::Tensor t = e.tensor(op.inputs[input]);
  t.type = Type::kInt32;
  t.set_values<int32_t>(out);
  op.inputs[input] = e.add(std::move(t));
}

/// An operand that is broadcast: gets the rank of the output first.
void permute_operand(Editor& e, Op& op, size_t input, const Permutation& p) {
  ir::Tensor t = e.tensor(op.inputs[input]);
  if (t.count() == 1) return;
  const size_t added = p.size() - t.dims.size();
  t.dims.insert(t.dims.begin(), added, 1);
  if (t.quantization.per_channel()) t.quantization.dimension += static_cast<int32_t>(added);
  op.inputs[input] = e.add(transposed(t, p));
}

int64_t permute_mask(int64_t mask, const Permutation& p) {
  int64_t out = 0;
  for (size_t d = 0; d < p.size(); ++d) out |= (mask >> p[d] & 1) << d;
  return out;
}

void permute_axes(Editor& e, Op& op, const Permutation& p) {
  const size_t input = axis_input(op);
  std::vector<int32_t> axes = *normal_axes(*int_values(e.graph(), op.inputs[input]), p.size());
  const Permutation place = inverse(p);
  for (int32_t& a : axes) a = place[static_cast<size_t>(a)];
  std::sort(axes.begin(), axes.end());
  ir::Tensor t = e.tensor(op.inputs[input]);
  t.type = Type::kInt32;
  if (t.dims.size() != 0) t.dims = {static_cast<int32_t>(axes.size())};
  t.set_values<int32_t>(axes);
  op.inputs[input] = e.add(std::move(t));
}

void permute_axis_option(Op& op, const Permutation& p) {
  op.set("axis", int64_t{inverse(p)[static_cast<size_t>(int_option(op, "axis", p.size())[0])]});
}

void permute_columns(Editor& e, Op& op, const Permutation& p, const Dims& in) {
  ir::Tensor w = e.tensor(op.inputs[1]);
  const Dims matrix = w.dims;
  Dims parts = in;
  parts[0] = matrix[0];  // rows of outputs in the place of batches
  w.dims = parts;
  w = transposed(w, p);
  w.dims = matrix;
  op.inputs[1] = e.add(std::move(w));
}

/// Rows of a constant in another order, with the scales that belong to them.
int32_t with_rows(Editor& e, int32_t t, const std::vector<int32_t>& order) {
  ir::Tensor out = e.tensor(t);
  const size_t row = out.data->size() / order.size();
  ir::Bytes bytes(out.data->size());
  for (size_t i = 0; i < order.size(); ++i)
    std::memcpy(bytes.data() + i * row, out.data->data() + static_cast<size_t>(order[i]) * row, row);
  if (out.quantization.scales.size() == order.size()) {
    const ir::Quantization old = out.quantization;
    for (size_t i = 0; i < order.size(); ++i) {
      out.quantization.scales[i] = old.scales[static_cast<size_t>(order[i])];
      if (old.zero_points.size() == order.size()) out.quantization.zero_points[i] = old.zero_points[static_cast<size_t>(order[i])];
    }
  }
  out.data = std::make_shared<ir::Bytes>(std::move(bytes));
  return e.add(std::move(out));
}

void permute_rows(Editor& e, size_t k, const Permutation& p, const Dims& image) {
  ir::Tensor numbers;  // 0, 1, 2, ... laid out as the image
  numbers.type = Type::kInt32, numbers.dims = image, numbers.dims[0] = 1;
  std::vector<int32_t> order(static_cast<size_t>(numbers.count()));
  std::iota(order.begin(), order.end(), 0);
  numbers.set_values<int32_t>(order);
  const ir::Tensor moved = transposed(numbers, p);
  const auto values = moved.values<int32_t>();
  order.assign(values.begin(), values.end());
  Op op = e.op(k);
  op.inputs[1] = with_rows(e, op.inputs[1], order);
  if (op.input(2) >= 0) op.inputs[2] = with_rows(e, op.inputs[2], order);
  e.replace(k, std::move(op));
}

}  // namespace

std::optional<OpLayout> layout_of(const Editor& e, const Op& op, int32_t known, const Permutation& p) {
  return Rules(e, op, known, p).find();
}

std::optional<Permutation> through_reshape(const Dims& from, const Dims& to, const Permutation& p) {
  // Runs of dimensions of both shapes with the same product, dimensions of 1 left out.
  struct Run {
    std::vector<int32_t> from, to;
  };
  std::vector<Run> runs;
  std::vector<int32_t> run_of(from.size(), -1);
  size_t i = 0, o = 0;
  const auto skip_ones = [](const Dims& dims, size_t& at) {
    while (at < dims.size() && dims[at] == 1) ++at;
  };
  for (skip_ones(from, i), skip_ones(to, o); i < from.size() && o < to.size(); skip_ones(from, i), skip_ones(to, o)) {
    Run run;
    int64_t in = from[i], out = to[o];
    run.from.push_back(static_cast<int32_t>(i++)), run.to.push_back(static_cast<int32_t>(o++));
    while (in != out) {
      const bool more_in = in < out;
      if (more_in ? i == from.size() : o == to.size()) return {};
      if (more_in) {
        if (from[i] != 1) in *= from[i], run.from.push_back(static_cast<int32_t>(i));
        ++i;
      } else {
        if (to[o] != 1) out *= to[o], run.to.push_back(static_cast<int32_t>(o));
        ++o;
      }
    }
    for (const int32_t d : run.from) run_of[static_cast<size_t>(d)] = static_cast<int32_t>(runs.size());
    runs.push_back(std::move(run));
  }
  if (i < from.size() || o < to.size()) return {};
  // Stored, each run must still lie together and in order.
  std::vector<int32_t> order;
  size_t within = 0;
  for (const int32_t d : p) {
    const int32_t r = run_of[static_cast<size_t>(d)];
    if (r < 0) continue;
    const std::vector<int32_t>& expected = runs[static_cast<size_t>(r)].from;
    if (within == 0) order.push_back(r);
    if (order.back() != r || expected[within] != d) return {};
    within = (within + 1) % expected.size();
  }
  // Dimensions of 1 stay behind the one that they follow.
  Permutation out;
  const auto add_ones = [&](size_t from_dim) {
    for (size_t d = from_dim; d < to.size() && to[d] == 1; ++d) out.push_back(static_cast<int32_t>(d));
  };
  add_ones(0);
  for (const int32_t r : order) {
    for (const int32_t d : runs[static_cast<size_t>(r)].to) {
      out.push_back(d);
      add_ones(static_cast<size_t>(d) + 1);
    }
  }
  return out;
}

void apply_layout(Editor& e, Op& op, const OpLayout& layout, const std::vector<Dims>& dims) {
  const size_t data = data_input(op);
  const Permutation& in = layout.inputs[data];
  const Permutation& out = layout.outputs[0];
  switch (kind_of(op.code)) {
    case Kind::kBroadcast:
      for (size_t i = 0; i < op.inputs.size(); ++i) {
        if (e.tensor(op.inputs[i]).constant()) permute_operand(e, op, i, out);
      }
      break;
    case Kind::kConcatenation:
      for (size_t i = 0; i < op.inputs.size(); ++i) {
        if (e.tensor(op.inputs[i]).constant()) op.inputs[i] = e.add(transposed(e.tensor(op.inputs[i]), out));
      }
      permute_axis_option(op, out);
      break;
    case Kind::kSplit:
    case Kind::kReduction:
    case Kind::kAxis: permute_axes(e, op, in); break;
    case Kind::kRowsOfInts:
      for (size_t i = 1; i < (op.code == Builtin::PADV2 ? 2 : op.inputs.size()); ++i) permute_list(e, op, i, in);
      break;
    case Kind::kStridedSlice:
      for (size_t i = 1; i < op.inputs.size(); ++i) permute_list(e, op, i, in);
      op.set("begin_mask", permute_mask(op.integer("begin_mask"), in));
      op.set("end_mask", permute_mask(op.integer("end_mask"), in));
      break;
    case Kind::kGather: permute_axis_option(op, in); break;
    case Kind::kReshape: {
      const Dims& image = dims[static_cast<size_t>(op.outputs[0])];
      const Dims to = permuted(image, out);
      if (in.empty() && !is_identity(out)) permute_rows(e, static_cast<size_t>(maker_of_image(e, op)), out, image);
      op.inputs = {op.inputs[0], e.add_int32(e.tensor(op.outputs[0]).name + "/shape", to)};
      op.set("new_shape", to);
      break;
    }
    case Kind::kFullyConnected:
      if (op.integer("keep_num_dims") == 0 && !in.empty()) permute_columns(e, op, in, dims[static_cast<size_t>(op.inputs[0])]);
      break;
    default: break;
  }
}

}  // namespace midge
