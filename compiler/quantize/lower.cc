#include "compiler/quantize/lower.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "compiler/quantize/ranges.h"

namespace midge {
namespace {

template <class T>
ir::Bytes to_integers(std::span<const float> values, const ir::Quantization& q) {
  std::vector<T> out(values.size());
  const auto zero = static_cast<double>(q.zero_points[0]);
  for (size_t i = 0; i < values.size(); ++i) {
    const double v = std::round(static_cast<double>(values[i]) / static_cast<double>(q.scales[0])) + zero;
    out[i] = static_cast<T>(std::clamp<double>(v, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
  }
  const auto* p = reinterpret_cast<const uint8_t*>(out.data());
  return ir::Bytes(p, p + out.size() * sizeof(T));
}

template <class T>
ir::Bytes bias_integers(std::span<const float> bias, const std::vector<float>& scales) {
  std::vector<T> out(bias.size());
  // A double holds integers up to 2^53; int64 biases of kernels are used as 48-bit numbers at most.
  const double most = sizeof(T) == 8 ? 140737488355327.0 : 2147483647.0;
  for (size_t c = 0; c < bias.size(); ++c) {
    const double s = static_cast<double>(scales[scales.size() == 1 ? 0 : c]);
    out[c] = static_cast<T>(std::clamp(std::round(static_cast<double>(bias[c]) / s), -most, most));
  }
  const auto* p = reinterpret_cast<const uint8_t*>(out.data());
  return ir::Bytes(p, p + out.size() * sizeof(T));
}

class Lowering {
 public:
  Lowering(const ir::Graph& graph, const Plan& plan, const std::map<size_t, LayerWeights>& layers)
      : float_(graph), plan_(plan), layers_(layers), g_(graph) {
    g_.ops.clear();
  }

  ir::Graph run(Type input, Type output) {
    for (size_t i = 0; i < float_.tensors.size(); ++i) {
      const Type type = plan_.native[i];
      if (type == Type::kFloat32) continue;
      g_.tensors[i].type = type;
      g_.tensors[i].quantization = plan_.stored(static_cast<int32_t>(i))->quantization;
    }
    for (int32_t& i : g_.inputs) make_input(i, input);
    for (size_t k = 0; k < float_.ops.size(); ++k) lower_op(k);
    for (int32_t& i : g_.outputs) make_output(i, output);
    return std::move(g_);
  }

 private:
  int32_t derived(int32_t tensor, const char* suffix, Type type, const ir::Quantization& q) {
    ir::Tensor t;
    t.name = float_[tensor].name + suffix, t.type = type, t.dims = float_[tensor].dims, t.quantization = q;
    return g_.add(std::move(t));
  }

  void convert(Builtin code, int32_t from, int32_t to) {
    ir::Op op;
    op.code = code;
    op.inputs = {from}, op.outputs = {to};
    op.source = fmt::format("at '{}'", g_[from].name);
    g_.ops.push_back(std::move(op));
  }

  static ir::Quantization as_uint8(ir::Quantization q) {
    q.zero_points[0] += 128;
    return q;
  }

  const ScaleGroup& border(int32_t tensor) const {
    const ScaleGroup* s = plan_.stored(tensor);
    return s != nullptr ? *s : plan_.groups[plan_.group_of.at({tensor, Type::kInt8})];
  }

  void check_border(int32_t tensor, Type wanted) const {
    if (wanted != Type::kUint8 || plan_.native[static_cast<size_t>(tensor)] != Type::kInt16) return;
    Diagnostic d;
    d.id = "no-uint8-border", d.tensor_name = float_[tensor].name;
    d.message = "the network is int16 there, and nothing converts uint8 and int16";
    d.hint = "choose int8 (which gives int16) or float32 as its type";
    throw DiagnosticError(d, 2);
  }

  void make_input(int32_t& i, Type wanted) {
    if (float_[i].type != Type::kFloat32) return;
    check_border(i, wanted);
    const Type native = plan_.native[static_cast<size_t>(i)];
    const int32_t inside = i;
    const std::string name = float_[i].name;
    if (native == Type::kFloat32) {
      if (wanted == Type::kFloat32) return;
      const ScaleGroup& s = border(i);
      i = derived(inside, "", wanted, wanted == Type::kUint8 ? as_uint8(s.quantization) : s.quantization);
      g_[inside].name = name + "_float";
      convert(Builtin::DEQUANTIZE, i, inside);
      return;
    }
    if (wanted != Type::kFloat32 && wanted != Type::kUint8) return;
    const ir::Quantization& q = plan_.stored(i)->quantization;
    i = derived(inside, "", wanted, wanted == Type::kUint8 ? as_uint8(q) : ir::Quantization());
    g_[inside].name = name + "_quantized";
    convert(Builtin::QUANTIZE, i, inside);
  }

  void make_output(int32_t& o, Type wanted) {
    if (float_[o].type != Type::kFloat32 || float_[o].constant()) return;
    check_border(o, wanted);
    const Type native = plan_.native[static_cast<size_t>(o)];
    const int32_t inside = o;
    const std::string name = float_[o].name;
    if (native == Type::kFloat32) {
      if (wanted == Type::kFloat32) return;
      const ScaleGroup& s = border(o);
      o = derived(inside, "", wanted, wanted == Type::kUint8 ? as_uint8(s.quantization) : s.quantization);
    } else {
      if (wanted != Type::kFloat32 && wanted != Type::kUint8) return;
      o = derived(inside, "", wanted, wanted == Type::kUint8 ? as_uint8(plan_.stored(inside)->quantization) : ir::Quantization());
    }
    g_[inside].name = name + (native == Type::kFloat32 ? "_float" : "_quantized");
    convert(wanted == Type::kFloat32 ? Builtin::DEQUANTIZE : Builtin::QUANTIZE, inside, o);
  }

  int32_t as_float(int32_t tensor) {
    if (plan_.native[static_cast<size_t>(tensor)] == Type::kFloat32) return tensor;
    const auto [at, added] = floats_.try_emplace(tensor, -1);
    if (added) {
      at->second = derived(tensor, "_float", Type::kFloat32, {});
      convert(Builtin::DEQUANTIZE, tensor, at->second);
    }
    return at->second;
  }

  int32_t in_group(int32_t tensor, size_t group) {
    const ScaleGroup& s = plan_.groups[group];
    if (plan_.native[static_cast<size_t>(tensor)] != Type::kFloat32) {
      const ScaleGroup* stored = plan_.stored(tensor);
      if (stored == &s || (stored->type == s.type && stored->quantization == s.quantization)) return tensor;
    }
    const auto [at, added] = rescaled_.try_emplace({tensor, group}, -1);
    if (added) {
      at->second = derived(tensor, "_rescaled", s.type, s.quantization);
      convert(Builtin::QUANTIZE, tensor, at->second);
    }
    return at->second;
  }

  int32_t constant(int32_t tensor, Type type, const ir::Quantization& q) {
    const int32_t c = derived(tensor, "", type, q);
    const auto v = float_[tensor].values<float>();
    g_[c].data = std::make_shared<ir::Bytes>(type == Type::kInt16 ? to_integers<int16_t>(v, q) : to_integers<int8_t>(v, q));
    return c;
  }

  void lower_op(size_t k) {
    const OpPlan& p = plan_.ops[k];
    ir::Op op = float_.ops[k];
    if (p.type == Type::kFloat32) {
      for (int32_t& i : op.inputs) {
        if (i >= 0 && float_[i].type == Type::kFloat32) i = as_float(i);
      }
      g_.ops.push_back(std::move(op));
      return;
    }
    for (size_t j = 0; j < op.inputs.size(); ++j) {
      const int32_t i = op.inputs[j];
      if (i < 0 || !p.rule->is_activation(j) || float_[i].type != Type::kFloat32) continue;
      if (!float_[i].constant()) {
        op.inputs[j] = in_group(i, plan_.edges.at({k, j}));
      } else if (p.rule->output == OutputScale::kSame) {
        op.inputs[j] = constant(i, p.type, plan_.stored(op.outputs[0])->quantization);
      } else {
        const auto v = float_[i].values<float>();
        Range r;
        for (const float x : v) r.low = std::min<double>(r.low, x), r.high = std::max<double>(r.high, x);
        op.inputs[j] = constant(i, p.type, quantization_of(r, p.type));
      }
    }
    if (p.rule->weights >= 0) set_weights(k, op);
    if (p.type == Type::kInt16 && (op.code == Builtin::ADD || op.code == Builtin::SUB)) op.set("pot_scale_int16", int64_t{0});
    op.version = 0;
    g_.ops.push_back(std::move(op));
  }

  void set_weights(size_t k, ir::Op& op) {
    const OpPlan& p = plan_.ops[k];
    const LayerWeights& layer = layers_.at(k);
    const auto activation = static_cast<size_t>(std::countr_zero(p.rule->activations));
    int32_t& w = op.inputs[static_cast<size_t>(p.rule->weights)];
    int32_t& b = op.inputs[static_cast<size_t>(p.rule->bias)];
    const ir::Quantization wq{layer.scales, std::vector<int64_t>(layer.scales.size()), p.rule->axis};
    ir::Bytes bytes(layer.q.size());
    if (layer.limit == 7) {
      bytes.assign((layer.q.size() + 1) / 2, 0);  // two to a byte, the first in the low half
      for (size_t i = 0; i < layer.q.size(); ++i) bytes[i / 2] = static_cast<uint8_t>(bytes[i / 2] | (layer.q[i] & 15) << (i % 2 * 4));
    } else {
      std::memcpy(bytes.data(), layer.q.data(), bytes.size());
    }
    w = derived(w, "", layer.limit == 7 ? Type::kInt4 : Type::kInt8, wq);
    g_[w].data = std::make_shared<ir::Bytes>(std::move(bytes));
    const float in_scale = g_[op.inputs[activation]].quantization.scales[0];
    ir::Quantization bq{{}, std::vector<int64_t>(layer.scales.size()), 0};
    for (const float s : layer.scales) bq.scales.push_back(std::max(in_scale * s, std::numeric_limits<float>::min()));
    const Type type = p.type == Type::kInt16 ? Type::kInt64 : Type::kInt32;
    b = derived(b, "", type, bq);
    g_[b].data = std::make_shared<ir::Bytes>(type == Type::kInt64 ? bias_integers<int64_t>(layer.bias, bq.scales)
                                                                  : bias_integers<int32_t>(layer.bias, bq.scales));
  }

  const ir::Graph& float_;
  const Plan& plan_;
  const std::map<size_t, LayerWeights>& layers_;
  ir::Graph g_;
  std::map<int32_t, int32_t> floats_;
  std::map<std::pair<int32_t, size_t>, int32_t> rescaled_;
};

}  // namespace

ir::Graph lower(const ir::Graph& graph, const Plan& plan, const std::map<size_t, LayerWeights>& layers, Type input, Type output) {
  return Lowering(graph, plan, layers).run(input, output);
}

}  // namespace midge
