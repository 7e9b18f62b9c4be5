// In three steps, on the graph that lowering has made:
//
//   1. uint8 becomes int8, with zero points 128 lower, where a tensor lies between QUANTIZE and DEQUANTIZE alone.
//   2. DEQUANTIZE moves down and QUANTIZE up through operators that only move elements (the transpositions of lowering among them),
//      and rectifiers before a QUANTIZE are fused into what makes their input.
//   3. An operator between DEQUANTIZE and QUANTIZE becomes the integer operator.
#include "compiler/import/onnx/qdq.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "compiler/execute/one_op.h"

namespace midge::onnx {
namespace {

using ir::Graph;
using ir::Op;
using ir::Quantization;

bool only_moves(Builtin code) {
  switch (code) {
    case Builtin::TRANSPOSE:
    case Builtin::RESHAPE:
    case Builtin::SLICE:
    case Builtin::STRIDED_SLICE:
    case Builtin::GATHER:
    case Builtin::PAD:
    case Builtin::MIRROR_PAD:
    case Builtin::TILE:
    case Builtin::BROADCAST_TO:
    case Builtin::REVERSE_V2:
    case Builtin::DEPTH_TO_SPACE:
    case Builtin::SPACE_TO_DEPTH:
    case Builtin::RESIZE_NEAREST_NEIGHBOR:
    case Builtin::SQUEEZE:
    case Builtin::EXPAND_DIMS: return true;
    default: return false;
  }
}

/// Keeps scale and zero point, and is exact on integers: moving, and the largest of several.
bool keeps_scale(Builtin code) { return only_moves(code) || code == Builtin::MAX_POOL_2D || code == Builtin::PADV2; }

bool has_activation(Builtin code) {
  switch (code) {
    case Builtin::CONV_2D:
    case Builtin::DEPTHWISE_CONV_2D:
    case Builtin::FULLY_CONNECTED:
    case Builtin::ADD:
    case Builtin::SUB:
    case Builtin::MUL:
    case Builtin::AVERAGE_POOL_2D:
    case Builtin::TRANSPOSE_CONV: return true;
    default: return false;
  }
}

bool has_weights(Builtin code) {
  return code == Builtin::CONV_2D || code == Builtin::DEPTHWISE_CONV_2D || code == Builtin::FULLY_CONNECTED || code == Builtin::TRANSPOSE_CONV;
}

/// Has an int8 kernel that rescales to any output.
bool has_integer_kernel(Builtin code) {
  switch (code) {
    case Builtin::ADD:
    case Builtin::SUB:
    case Builtin::MUL:
    case Builtin::DIV:
    case Builtin::AVERAGE_POOL_2D:
    case Builtin::MEAN:
    case Builtin::SUM:
    case Builtin::CONCATENATION:
    case Builtin::SOFTMAX:
    case Builtin::LOGISTIC:
    case Builtin::TANH:
    case Builtin::RELU:
    case Builtin::RELU6:
    case Builtin::RELU_0_TO_1:
    case Builtin::RELU_N1_TO_1:
    case Builtin::LEAKY_RELU:
    case Builtin::PRELU:
    case Builtin::ELU:
    case Builtin::GELU:
    case Builtin::HARD_SWISH:
    case Builtin::EXP:
    case Builtin::LOG:
    case Builtin::SQRT:
    case Builtin::RSQRT:
    case Builtin::ABS:
    case Builtin::MAXIMUM:
    case Builtin::MINIMUM:
    case Builtin::BATCH_MATMUL:
    case Builtin::RESIZE_BILINEAR:
    case Builtin::SQUARED_DIFFERENCE: return true;
    default: return has_weights(code);
  }
}

/// Its integer kernel reads and writes one scale; what asks for another gets a QUANTIZE behind it.
bool shares_scale(Builtin code) {
  switch (code) {
    case Builtin::AVERAGE_POOL_2D:
    case Builtin::CONCATENATION:
    case Builtin::MAXIMUM:
    case Builtin::MINIMUM:
    case Builtin::RESIZE_BILINEAR: return true;
    default: return false;
  }
}

/// The only output scale of an operator's integer kernel.
std::optional<Quantization> fixed_scale(Builtin code, Type type) {
  if (type == Type::kInt8 && (code == Builtin::SOFTMAX || code == Builtin::LOGISTIC)) return Quantization{{1.f / 256}, {-128}, 0};
  if (type == Type::kInt8 && code == Builtin::TANH) return Quantization{{1.f / 128}, {0}, 0};
  if (type == Type::kInt16 && (code == Builtin::SOFTMAX || code == Builtin::LOGISTIC || code == Builtin::TANH)) {
    return Quantization{{1.f / 32768}, {0}, 0};
  }
  return std::nullopt;
}

class Rewriter {
 public:
  Rewriter(Graph& graph, std::vector<Diagnostic>& warnings) : g_(graph), warnings_(warnings) {}

  void run() {
    const auto quantised = [](const Op& op) { return op.code == Builtin::QUANTIZE || op.code == Builtin::DEQUANTIZE; };
    if (std::none_of(g_.ops.begin(), g_.ops.end(), quantised)) return;
    uint8_to_int8();
    while (remove_pairs() || fuse_rectifier() || lower_dequantize() || raise_quantize()) g_.remove_dead();
    while (make_integer() || move_rest()) g_.remove_dead();
    while (remove_pairs()) g_.remove_dead();
    report();
  }

 private:
  bool is(int32_t op, Builtin code) const { return op >= 0 && g_.ops[static_cast<size_t>(op)].code == code; }

  /// The DEQUANTIZE that makes the tensor; -1 where another operator does.
  int32_t dequantized(const ir::Uses& uses, int32_t t) const {
    const int32_t p = t < 0 ? -1 : uses.producer[static_cast<size_t>(t)];
    return is(p, Builtin::DEQUANTIZE) ? p : -1;
  }

  void uint8_to_int8() {
    // A tensor may be reached through operators that keep its scale: all that are joined by such change together, or none.
    const ir::Uses uses(g_);
    std::set<int32_t> refused;
    const auto joined = [&](const Op& op) { return keeps_scale(op.code) && op.code != Builtin::PADV2; };
    const auto eligible = [&](int32_t t) { return g_[t].type == Type::kUint8 && !g_[t].constant(); };
    for (bool again = true; again;) {
      again = false;
      for (int32_t t = 0; t < static_cast<int32_t>(g_.tensors.size()); ++t) {
        if (!eligible(t) || refused.count(t) != 0) continue;
        const int32_t p = uses.producer[static_cast<size_t>(t)];
        const auto neighbour_ok = [&](int32_t o) { return eligible(o) && refused.count(o) == 0; };
        bool fits = p >= 0 && !uses.is_output[static_cast<size_t>(t)] && g_[t].quantization.present();
        fits = fits && (is(p, Builtin::QUANTIZE) ||
                        (joined(g_.ops[static_cast<size_t>(p)]) && neighbour_ok(g_.ops[static_cast<size_t>(p)].inputs[0])));
        for (const int32_t c : uses.consumers[static_cast<size_t>(t)]) {
          const Op& op = g_.ops[static_cast<size_t>(c)];
          fits = fits && (op.code == Builtin::DEQUANTIZE || (joined(op) && neighbour_ok(op.outputs[0])));
        }
        if (!fits) refused.insert(t), again = true;
      }
    }
    for (int32_t t = 0; t < static_cast<int32_t>(g_.tensors.size()); ++t) {
      if (!eligible(t) || refused.count(t) != 0) continue;
      g_[t].type = Type::kInt8;
      for (int64_t& z : g_[t].quantization.zero_points) z -= 128;
    }
    // At graph inputs and outputs that stay uint8 a QUANTIZE between integers stands in the way of DEQUANTIZE and QUANTIZE.
    for (const int32_t t : std::vector<int32_t>(g_.inputs)) {
      if (!eligible(t) || !g_[t].quantization.present()) continue;
      const int32_t inner = shifted_twin(t, -128);
      for (Op& op : g_.ops) {
        if (op.code == Builtin::DEQUANTIZE) std::replace(op.inputs.begin(), op.inputs.end(), t, inner);
      }
      g_.ops.insert(g_.ops.begin(), quantize_op(t, inner));
    }
    for (const int32_t t : std::vector<int32_t>(g_.outputs)) {
      const int32_t p = ir::Uses(g_).producer[static_cast<size_t>(t)];
      if (!eligible(t) || !is(p, Builtin::QUANTIZE) || g_[g_.ops[static_cast<size_t>(p)].inputs[0]].type != Type::kFloat32) continue;
      const int32_t inner = shifted_twin(t, -128);
      g_.ops[static_cast<size_t>(p)].outputs = {inner};
      for (Op& op : g_.ops) {
        if (op.code == Builtin::DEQUANTIZE) std::replace(op.inputs.begin(), op.inputs.end(), t, inner);
      }
      g_.ops.push_back(quantize_op(inner, t));
    }
    g_.sort();
  }

  int32_t shifted_twin(int32_t t, int64_t by) {
    ir::Tensor twin = g_[t];
    twin.name += "/int8", twin.type = Type::kInt8;
    for (int64_t& z : twin.quantization.zero_points) z += by;
    return g_.add(std::move(twin));
  }

  static Op quantize_op(int32_t from, int32_t to) {
    Op op;
    op.code = Builtin::QUANTIZE, op.inputs = {from}, op.outputs = {to};
    return op;
  }

  /// DEQUANTIZE and QUANTIZE one after the other: nothing, or a change of scale.
  bool remove_pairs() {
    const ir::Uses uses(g_);
    for (Op& op : g_.ops) {
      if (op.code != Builtin::QUANTIZE) continue;
      const int32_t d = dequantized(uses, op.inputs[0]);
      int32_t from = d < 0 ? op.inputs[0] : g_.ops[static_cast<size_t>(d)].inputs[0];
      const int32_t to = op.outputs[0];
      if (g_[from].type == Type::kFloat32 || g_[from].quantization.per_channel() || g_[to].quantization.per_channel()) continue;
      const bool same = g_[from].type == g_[to].type && g_[from].quantization == g_[to].quantization;
      if (same && !uses.is_output[static_cast<size_t>(to)]) {
        for (Op& other : g_.ops) std::replace(other.inputs.begin(), other.inputs.end(), to, from);
        op.inputs[0] = from;
        if (!uses.consumers[static_cast<size_t>(to)].empty()) return true;
      } else if (d >= 0 && can_requantize(g_[from].type, g_[to].type)) {
        op.inputs[0] = from;
        return true;
      }
    }
    return false;
  }

  static bool can_requantize(Type from, Type to) {
    if (to == Type::kInt8) return from == Type::kInt8 || from == Type::kUint8 || from == Type::kInt16;
    if (to == Type::kInt16) return from == Type::kInt8 || from == Type::kUint8 || from == Type::kInt16;
    return to == Type::kUint8 && (from == Type::kInt8 || from == Type::kUint8);
  }

  /// y = rectifier(move(op(x))), read by a QUANTIZE: the operator gets the rectifier as its fused activation.
  bool fuse_rectifier() {
    const ir::Uses uses(g_);
    for (Op& op : g_.ops) {
      Activation activation;
      switch (op.code) {
        case Builtin::RELU: activation = Activation::kRelu; break;
        case Builtin::RELU6: activation = Activation::kRelu6; break;
        case Builtin::RELU_N1_TO_1: activation = Activation::kReluN1To1; break;
        default: continue;
      }
      int32_t t = op.inputs[0], p = uses.producer[static_cast<size_t>(t)];
      while (p >= 0 && uses.single(t) && only_moves(g_.ops[static_cast<size_t>(p)].code) && g_.ops[static_cast<size_t>(p)].code != Builtin::PAD) {
        t = g_.ops[static_cast<size_t>(p)].inputs[0], p = uses.producer[static_cast<size_t>(t)];
      }
      if (p < 0 || !uses.single(t) || g_[t].type != Type::kFloat32) continue;
      Op& maker = g_.ops[static_cast<size_t>(p)];
      if (!has_activation(maker.code) || maker.activation() != Activation::kNone || !leads_to_quantize(uses, op.outputs[0])) continue;
      maker.set("fused_activation_function", static_cast<int64_t>(activation));
      const int32_t from = op.inputs[0], to = op.outputs[0];
      for (Op& other : g_.ops) std::replace(other.inputs.begin(), other.inputs.end(), to, from);
      return true;
    }
    return false;
  }

  bool leads_to_quantize(const ir::Uses& uses, int32_t t) const {
    const auto& readers = uses.consumers[static_cast<size_t>(t)];
    if (readers.empty() || uses.is_output[static_cast<size_t>(t)]) return false;
    return std::all_of(readers.begin(), readers.end(), [&](int32_t r) {
      const Op& op = g_.ops[static_cast<size_t>(r)];
      return op.code == Builtin::QUANTIZE || (keeps_scale(op.code) && leads_to_quantize(uses, op.outputs[0]));
    });
  }

  /// Operators that keep the scale, on a dequantised tensor: first they, on integers, then DEQUANTIZE.
  bool lower_dequantize() {
    const ir::Uses uses(g_);
    for (size_t i = 0; i < g_.ops.size(); ++i) {
      if (!keeps_scale(g_.ops[i].code) || g_[g_.ops[i].outputs[0]].type != Type::kFloat32) continue;
      const int32_t d = dequantized(uses, g_.ops[i].inputs[0]);
      if (d < 0) continue;
      const int32_t from = g_.ops[static_cast<size_t>(d)].inputs[0];
      if (g_[from].quantization.per_channel() || !value_fits(g_.ops[i], g_[from])) continue;
      const int32_t to = g_.ops[i].outputs[0];
      ir::Tensor made = g_[from];
      made.name = g_[to].name + "/quantized", made.dims = g_[to].dims, made.data = nullptr, made.is_variable = false;
      const int32_t q = g_.add(std::move(made));
      g_.ops[i].inputs[0] = from, g_.ops[i].outputs[0] = q;
      quantize_value(g_.ops[i], g_[from]);
      Op dequantize = g_.ops[static_cast<size_t>(d)];
      dequantize.inputs = {q}, dequantize.outputs = {to};
      g_.ops.insert(g_.ops.begin() + static_cast<std::ptrdiff_t>(i) + 1, std::move(dequantize));
      return true;
    }
    return false;
  }

  /// QUANTIZE behind operators that keep the scale, where nothing else reads the tensor: first QUANTIZE.
  bool raise_quantize() {
    const ir::Uses uses(g_);
    for (size_t i = 0; i < g_.ops.size(); ++i) {
      if (g_.ops[i].code != Builtin::QUANTIZE) continue;
      const int32_t t = g_.ops[i].inputs[0], to = g_.ops[i].outputs[0], p = uses.producer[static_cast<size_t>(t)];
      if (p < 0 || !uses.single(t) || g_[t].type != Type::kFloat32 || g_[to].quantization.per_channel()) continue;
      Op& mover = g_.ops[static_cast<size_t>(p)];
      if (!keeps_scale(mover.code) || !value_fits(mover, g_[to])) continue;
      const int32_t from = mover.inputs[0];
      ir::Tensor made = g_[to];
      made.name = g_[from].name + "/quantized", made.dims = g_[from].dims;
      const int32_t q = g_.add(std::move(made));
      mover.inputs[0] = q, mover.outputs[0] = to;
      quantize_value(mover, g_[to]);
      Op quantize = g_.ops[i];
      quantize.inputs = {from}, quantize.outputs = {q};
      g_.ops.erase(g_.ops.begin() + static_cast<std::ptrdiff_t>(i));
      g_.ops.insert(g_.ops.begin() + p, std::move(quantize));
      return true;
    }
    return false;
  }

  static std::pair<int64_t, int64_t> range(Type t) {
    switch (t) {
      case Type::kInt8: return {-128, 127};
      case Type::kUint8: return {0, 255};
      case Type::kInt16: return {-32768, 32767};
      default: return {INT32_MIN, INT32_MAX};
    }
  }

  /// PADV2's value has to be a constant.
  bool value_fits(const Op& op, const ir::Tensor&) const { return op.code != Builtin::PADV2 || g_[op.inputs[2]].constant(); }

  void quantize_value(Op& op, const ir::Tensor& like) {
    if (op.code != Builtin::PADV2 || g_[op.inputs[2]].type != Type::kFloat32) return;
    const Quantization q = like.quantization;
    op.inputs[2] = quantized_constant(op.inputs[2], q, like.type);
  }

  /// A float constant in the scale given.
  int32_t quantized_constant(int32_t t, const Quantization& q, Type type) {
    const ir::Tensor from = g_[t];
    const auto values = from.values<float>();
    int64_t inner = 1;
    for (size_t d = static_cast<size_t>(q.dimension) + 1; d < from.dims.size(); ++d) inner *= from.dims[d];
    const auto [low, high] = range(type);
    ir::Tensor to;
    to.name = from.name, to.type = type, to.dims = from.dims, to.quantization = q;
    ir::Bytes bytes(values.size() * type_bytes(type));
    for (size_t i = 0; i < values.size(); ++i) {
      const size_t c = q.per_channel() ? i / static_cast<size_t>(inner) % q.scales.size() : 0;
      const double real = static_cast<double>(values[i]) / static_cast<double>(q.scales[c]) + static_cast<double>(q.zero_points[c]);
      const auto v = static_cast<int64_t>(std::clamp(std::nearbyint(real), static_cast<double>(low), static_cast<double>(high)));
      std::memcpy(bytes.data() + i * type_bytes(type), &v, type_bytes(type));
    }
    to.data = std::make_shared<ir::Bytes>(std::move(bytes));
    return g_.add(std::move(to));
  }

  /// Scales for weights: those that they came with, where these are symmetric; else new ones, a channel each.
  Quantization weight_scales(const Op& op, int32_t t, bool* exact) const {
    const ir::Tensor& w = g_[t];
    Quantization q = w.quantization;
    const int32_t channels = op.code == Builtin::DEPTHWISE_CONV_2D ? 3 : 0;
    *exact = q.present() && std::all_of(q.zero_points.begin(), q.zero_points.end(), [](int64_t z) { return z == 0; }) &&
             (!q.per_channel() || q.dimension == channels);
    if (*exact) return q;
    const auto values = w.values<float>();
    const auto n = static_cast<size_t>(w.dims[static_cast<size_t>(channels)]);
    const size_t inner = channels == 0 ? values.size() / n : 1;
    std::vector<float> most(n);
    for (size_t i = 0; i < values.size(); ++i) most[i / inner % n] = std::max(most[i / inner % n], std::fabs(values[i]));
    Quantization made;
    made.dimension = channels;
    for (const float m : most) made.scales.push_back(m > 0 ? m / 127 : 1.f), made.zero_points.push_back(0);
    return made;
  }

  bool make_integer() {
    const ir::Uses uses(g_);
    for (size_t i = 0; i < g_.ops.size(); ++i) {
      if (!has_integer_kernel(g_.ops[i].code) || g_.ops[i].outputs.size() != 1) continue;
      const int32_t out = g_.ops[i].outputs[0];
      if (g_[out].type != Type::kFloat32 || uses.is_output[static_cast<size_t>(out)]) continue;
      const auto& readers = uses.consumers[static_cast<size_t>(out)];
      if (readers.empty() || !std::all_of(readers.begin(), readers.end(), [&](int32_t r) { return is(r, Builtin::QUANTIZE); })) continue;
      // With several readers the first one's scale counts; the others change it.
      const int32_t target = g_.ops[static_cast<size_t>(readers[0])].outputs[0];
      if (convert(uses, i, readers, target)) return true;
    }
    return false;
  }

  bool convert(const ir::Uses& uses, size_t index, const std::vector<int32_t>& readers, int32_t target) {
    const Type type = g_[target].type;
    if ((type != Type::kInt8 && type != Type::kInt16) || g_[target].quantization.per_channel()) return false;
    const Graph before = g_;
    Op op = g_.ops[index];
    const size_t data = op.code == Builtin::TRANSPOSE_CONV ? 2 : 0;
    std::vector<Op> in_front;
    bool all_exact = true;
    for (size_t k = 0; k < op.inputs.size(); ++k) {
      const int32_t t = op.inputs[k];
      if (t < 0 || g_[t].type != Type::kFloat32) continue;
      const int32_t d = dequantized(uses, t);
      if (d >= 0) {
        const int32_t from = g_.ops[static_cast<size_t>(d)].inputs[0];
        if (g_[from].type != type || g_[from].quantization.per_channel()) return g_ = before, false;
        op.inputs[k] = from;
      } else if (!g_[t].constant()) {
        return g_ = before, false;
      }
    }
    if (op.input(data) < 0 || g_[op.input(data)].type != type) return g_ = before, false;
    if (has_weights(op.code)) {
      const size_t bias = op.code == Builtin::TRANSPOSE_CONV ? 3 : 2;
      const int32_t w = op.input(1);
      if (!g_[w].constant() || g_[w].type != Type::kFloat32) return g_ = before, false;
      bool exact = true;
      const Quantization q = weight_scales(op, w, &exact);
      all_exact = exact || !g_[w].quantization.present();
      op.inputs[1] = quantized_constant(w, q, Type::kInt8);
      if (op.input(bias) >= 0) {
        if (!g_[op.input(bias)].constant()) return g_ = before, false;
        Quantization b;
        const float s = g_[op.input(data)].quantization.scales[0];
        for (const float v : q.scales) b.scales.push_back(s * v), b.zero_points.push_back(0);
        op.inputs[bias] = quantized_constant64(op.input(bias), b, type == Type::kInt16);
      }
    } else {
      for (int32_t& t : op.inputs) {
        if (t >= 0 && g_[t].type == Type::kFloat32 && g_[t].constant()) t = quantized_constant(t, scale_of_values(t, type), type);
      }
    }
    const std::optional<Quantization> fixed = fixed_scale(op.code, type);
    Quantization made = fixed ? *fixed : g_[target].quantization;
    if (shares_scale(op.code)) {
      if (op.code == Builtin::CONCATENATION || op.code == Builtin::MAXIMUM || op.code == Builtin::MINIMUM) {
        for (int32_t& t : op.inputs) {
          if (g_[t].quantization == made) continue;
          ir::Tensor other = g_[t];
          other.name += "/rescaled", other.quantization = made, other.data = nullptr;
          const int32_t to = g_.add(std::move(other));
          in_front.push_back(quantize_op(t, to));
          t = to;
        }
      } else {
        made = g_[op.inputs[0]].quantization;
      }
    }
    int32_t out = target;
    if (!(made == g_[target].quantization)) {
      ir::Tensor t = g_[target];
      t.name = g_[op.outputs[0]].name + "/quantized", t.quantization = made;
      out = g_.add(std::move(t));
    }
    const int32_t float_out = op.outputs[0];
    op.outputs = {out};
    try {
      OneOp trial(g_, op);
    } catch (const DiagnosticError&) {
      return g_ = before, false;
    }
    if (!all_exact) {
      Diagnostic d;
      d.id = "onnx-weights";
      d.message = fmt::format("{}: weights with a zero point are quantised again, symmetrically", op.source);
      warnings_.push_back(d);
    }
    for (const int32_t r : readers) g_.ops[static_cast<size_t>(r)].inputs[0] = out;
    if (out == target) {
      // Its QUANTIZE would read what it writes.
      g_.ops[static_cast<size_t>(readers[0])].inputs[0] = float_out;
    }
    const int32_t first = readers[0];
    g_.ops[index] = std::move(op);
    if (out == target) g_.ops.erase(g_.ops.begin() + first);
    const auto at = static_cast<size_t>(out == target && static_cast<size_t>(first) < index ? index - 1 : index);
    g_.ops.insert(g_.ops.begin() + static_cast<std::ptrdiff_t>(at), in_front.begin(), in_front.end());
    return true;
  }

  int32_t quantized_constant64(int32_t t, const Quantization& q, bool wide) {
    return quantized_constant(t, q, wide ? Type::kInt64 : Type::kInt32);
  }

  /// Of a constant operand: what it came with, or its own range.
  Quantization scale_of_values(int32_t t, Type type) const {
    const ir::Tensor& c = g_[t];
    if (c.quantization.present() && !c.quantization.per_channel() && type == Type::kInt8) return c.quantization;
    float low = 0, high = 0;
    for (const float v : c.values<float>()) low = std::min(low, v), high = std::max(high, v);
    if (type == Type::kInt16) return {{std::max(std::max(-low, high) / 32767, 1e-30f)}, {0}, 0};
    const float scale = std::max((high - low) / 255, 1e-30f);
    return {{scale}, {static_cast<int64_t>(std::nearbyint(-128 - static_cast<double>(low) / static_cast<double>(scale)))}, 0};
  }

  /// Movers that raising and lowering could not take before an operator had become an integer one.
  bool move_rest() { return lower_dequantize() || raise_quantize(); }

  void report() {
    const ir::Uses uses(g_);
    std::string names;
    size_t left = 0;
    for (const Op& op : g_.ops) {
      if (op.code == Builtin::QUANTIZE || op.code == Builtin::DEQUANTIZE || op.outputs.empty() || g_[op.outputs[0]].type != Type::kFloat32)
        continue;
      const bool after = std::any_of(op.inputs.begin(), op.inputs.end(), [&](int32_t t) { return dequantized(uses, t) >= 0; });
      if (!after) continue;
      if (++left <= 5) names += (names.empty() ? "" : ", ") + ir::describe(op);
    }
    if (left == 0) return;
    Diagnostic d;
    d.id = "onnx-float-left";
    d.message = fmt::format("{} operators between quantised tensors stay in float: {}{}", left, names, left > 5 ? ", ..." : "");
    d.hint = "quantise their inputs and outputs as well, or convert the float model with Midge";
    warnings_.push_back(d);
  }

  Graph& g_;
  std::vector<Diagnostic>& warnings_;
};

}  // namespace

void integer_graph(Graph& graph, std::vector<Diagnostic>& warnings) { Rewriter(graph, warnings).run(); }

}  // namespace midge::onnx
