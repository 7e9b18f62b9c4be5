// Operator by operator: candidates from the most bits saved to the least; the first that is smaller and that prepare() takes is kept.
#include "compiler/quantize/weights_only.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/execute/one_op.h"
#include "compiler/optimize/widen_float16.h"
#include "compiler/quantize/narrow.h"
#include "report/diagnostic.h"

namespace midge {
namespace {

constexpr int kAsymmetric = 1;

struct Hybrid {
  Builtin code;
  size_t first, last;
  int32_t axis;
  int options;
};
constexpr Hybrid kHybrids[] = {
#define MIDGE_HYBRID(name, first, last, axis, options) {Builtin::name, first, last, axis, options},
#include "compiler/quantize/weights_only.def"
};

const Hybrid* find_hybrid(Builtin code) {
  const auto* found = std::find_if(std::begin(kHybrids), std::end(kHybrids), [&](const Hybrid& h) { return h.code == code; });
  return found == std::end(kHybrids) ? nullptr : found;
}

/// A float32 constant with elements, of the size that it claims.
bool is_float_constant(const ir::Graph& g, int32_t i) {
  return i >= 0 && g[i].constant() && g[i].type == Type::kFloat32 && g[i].count() > 0 && g[i].data->size() == g[i].bytes();
}

bool prepares(const ir::Graph& g, const ir::Op& op) {
  try {
    const OneOp one(g, op);
    return true;
  } catch (const DiagnosticError&) {
    return false;
  }
}

void require_finite(const ir::Graph& g, const ir::Op& op, int32_t i) {
  const std::span<const float> values = g[i].values<float>();
  const auto found = std::find_if(values.begin(), values.end(), [](float v) { return !std::isfinite(v); });
  if (found == values.end()) return;
  Diagnostic d;
  d.id = "weight-not-finite", d.operator_name = ir::describe(op), d.tensor_index = i, d.tensor_name = g[i].name;
  d.message = fmt::format("element {} is {}: such a weight cannot be quantised", found - values.begin(), *found);
  d.hint = "look for what broke the training, or leave this layer float32";
  throw DiagnosticError(d, 1);
}

class GraphQuantizer {
 public:
  explicit GraphQuantizer(ir::Graph& graph) : graph_(graph) {}

  void to_integers(ir::Op& op, std::initializer_list<uint32_t> bits_to_try) {
    const Hybrid* hybrid = find_hybrid(op.code);
    if (hybrid == nullptr) return;
    for (const uint32_t bits : bits_to_try) {
      if (try_integers(op, *hybrid, bits)) return;
    }
  }

  /// Each float constant of the operator by itself.
  void to_float16(ir::Op& op) {
    for (int32_t& input : op.inputs) {
      if (!is_float_constant(graph_, input)) continue;
      require_finite(graph_, op, input);
      const int32_t before = input, widened = widened_half(before);
      if (widened < 0) continue;
      input = widened;
      if (!prepares(graph_, op)) input = before;  // this one has to be a constant
    }
  }

  /// DEQUANTIZE operators in front of what reads them.
  void finish() {
    std::erase_if(dequantize_, [&](const ir::Op& d) {
      return std::none_of(graph_.ops.begin(), graph_.ops.end(),
                          [&](const ir::Op& op) { return std::find(op.inputs.begin(), op.inputs.end(), d.outputs[0]) != op.inputs.end(); });
    });
    graph_.ops.insert(graph_.ops.begin(), dequantize_.begin(), dequantize_.end());
    graph_.remove_dead();
  }

 private:
  bool try_integers(ir::Op& op, const Hybrid& hybrid, uint32_t bits) {
    ir::Op changed = op;
    for (size_t i = hybrid.first; i <= hybrid.last && i < op.inputs.size(); ++i) {
      const int32_t w = op.inputs[i];
      if (w < 0) continue;  // a gate that there is not
      if (!is_float_constant(graph_, w) || hybrid.axis >= static_cast<int32_t>(graph_[w].dims.size())) return false;
      require_finite(graph_, op, w);
      changed.inputs[i] = narrowed(w, bits, hybrid.axis);
      if (stored_bytes(graph_[changed.inputs[i]]) >= stored_bytes(graph_[w])) return false;
    }
    if (changed.inputs == op.inputs) return false;
    if ((hybrid.options & kAsymmetric) != 0) changed.set("asymmetric_quantize_inputs", int64_t{1});
    changed.version = 0;  // that of other types
    if (!prepares(graph_, changed)) return false;
    op = std::move(changed);
    return true;
  }

  /// Operators that share weights go on sharing them.
  int32_t narrowed(int32_t w, uint32_t bits, int32_t axis) {
    const auto [at, added] = integers_.try_emplace({w, bits, axis}, -1);
    if (added) at->second = graph_.add(narrow_to_integers(graph_[w], bits, axis));
    return at->second;
  }

  /// What a DEQUANTIZE makes of the constant as float16; -1 where that saves nothing or loses what is large.
  int32_t widened_half(int32_t w) {
    constexpr size_t kOperatorBytes = 128;  // about what a DEQUANTIZE and its tensor take in the file
    const auto [at, added] = halves_.try_emplace(w, -1);
    if (!added || graph_[w].data->size() / 2 <= kOperatorBytes) return at->second;
    std::optional<ir::Tensor> half = narrow_to_float16(graph_[w]);
    if (!half) return -1;
    ir::Tensor again;
    again.name = graph_[w].name + "_float32", again.dims = graph_[w].dims;
    ir::Op dequantize;
    dequantize.code = Builtin::DEQUANTIZE;
    dequantize.inputs = {graph_.add(std::move(*half))};
    dequantize.outputs = {graph_.add(std::move(again))};
    at->second = dequantize.outputs[0];
    dequantize_.push_back(std::move(dequantize));
    return at->second;
  }

  ir::Graph& graph_;
  std::map<std::tuple<int32_t, uint32_t, int32_t>, int32_t> integers_;
  std::map<int32_t, int32_t> halves_;
  std::vector<ir::Op> dequantize_;
};

[[noreturn]] void refuse_scheme() {
  Diagnostic d;
  d.id = "needs-samples", d.message = "this scheme quantises activations, which takes samples";
  d.hint = "give calibration data, or quantise weights alone: float16, dynamic range or int4 weights";
  throw DiagnosticError(d, 2);
}

}  // namespace

ir::Module quantize_weights(const ir::Module& module, Scheme scheme, const std::function<bool(const ir::Op&)>& wanted) {
  if (scheme == Scheme::kInt8 || scheme == Scheme::kInt16x8) refuse_scheme();
  ir::Module out = module;
  widen_float16(out);
  if (scheme == Scheme::kFloat) return out;
  for (ir::Graph& g : out.graphs) {
    GraphQuantizer quantizer(g);
    for (ir::Op& op : g.ops) {
      if (!wanted(op)) continue;
      if (scheme == Scheme::kFloat16Weights) quantizer.to_float16(op);
      if (scheme == Scheme::kDynamicRange) quantizer.to_integers(op, {8});
      if (scheme == Scheme::kInt4Weights) quantizer.to_integers(op, {4, 8});
    }
    quantizer.finish();
  }
  return out;
}

}  // namespace midge
