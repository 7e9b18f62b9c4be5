#include "compiler/measure/match.h"

#include <algorithm>
#include <map>
#include <set>

namespace midge {
namespace {

bool holds_numbers(const ir::Tensor& t) {
  switch (t.type) {
    case Type::kFloat32:
    case Type::kFloat16: return !t.constant() && !t.is_variable;
    case Type::kInt8:
    case Type::kUint8:
    case Type::kInt16: return !t.constant() && !t.is_variable && t.quantization.present();
    default: return false;
  }
}

bool is_rectifier(const ir::Op& op, Activation* which) {
  switch (op.code) {
    case Builtin::RELU: *which = Activation::kRelu; return true;
    case Builtin::RELU6: *which = Activation::kRelu6; return true;
    case Builtin::RELU_N1_TO_1: *which = Activation::kReluN1To1; return true;
    default: return false;
  }
}

/// Moves or converts elements, or is a rectifier, which the other graph may have fused: no layer by itself.
bool is_in_between(const ir::Op& op) {
  Activation unused;
  if (is_rectifier(op, &unused)) return true;
  switch (op.code) {
    case Builtin::QUANTIZE:
    case Builtin::DEQUANTIZE:
    case Builtin::RESHAPE:
    case Builtin::SQUEEZE:
    case Builtin::EXPAND_DIMS:
    case Builtin::TRANSPOSE:
    case Builtin::PAD:
    case Builtin::PADV2:
    case Builtin::CAST:
    case Builtin::SHAPE: return true;
    default: return false;
  }
}

/// What an operator is for the alignment: a pooled mean is one, however it is written.
int32_t kind_of(const ir::Op& op) {
  switch (op.code) {
    case Builtin::AVERAGE_POOL_2D: return static_cast<int32_t>(Builtin::MEAN);
    case Builtin::DEPTHWISE_CONV_2D: return static_cast<int32_t>(Builtin::CONV_2D);
    default: return static_cast<int32_t>(op.code);
  }
}

/// The tensor itself, or what rectifiers that alone read it make of it.
int32_t after_rectifiers(const ir::Graph& g, const ir::Uses& uses, int32_t tensor) {
  Activation which;
  while (uses.single(tensor)) {
    const ir::Op& next = g.ops[static_cast<size_t>(uses.consumers[static_cast<size_t>(tensor)][0])];
    if (!is_rectifier(next, &which)) break;
    tensor = next.outputs[0];
  }
  return tensor;
}

class Matcher {
 public:
  Matcher(const ir::Graph& q, const ir::Graph& r) : q_(q), r_(r), q_uses_(q), r_uses_(r) {}

  std::vector<TensorMatch> match() {
    for (size_t i = 0; i < std::min(q_.inputs.size(), r_.inputs.size()); ++i) add(q_.inputs[i], r_.inputs[i], MatchedBy::kPosition);
    for (size_t i = 0; i < std::min(q_.outputs.size(), r_.outputs.size()); ++i) add(q_.outputs[i], r_.outputs[i], MatchedBy::kPosition);
    by_name();
    by_structure();
    std::vector<size_t> rank(q_.tensors.size(), 0);
    for (size_t k = 0; k < q_.ops.size(); ++k) {
      for (const int32_t i : q_.ops[k].outputs) rank[static_cast<size_t>(i)] = k + 1;
    }
    const auto order = [&](const TensorMatch& m) { return std::pair(rank[static_cast<size_t>(m.quantized)], m.quantized); };
    std::sort(found_.begin(), found_.end(), [&](const TensorMatch& a, const TensorMatch& b) { return order(a) < order(b); });
    return found_;
  }

 private:
  void add(int32_t q, int32_t r, MatchedBy how) {
    TensorMatch m;
    m.quantized = q, m.reference = r, m.how = how;
    if (!holds_numbers(q_[q]) || !holds_numbers(r_[r]) || taken_.contains(q)) return;
    if (!find_turn(r_[r].dims, q_[q].dims, &m.turned)) return;
    taken_.insert(q);
    found_.push_back(m);
  }

  Activation fused(const ir::Graph& g, const ir::Uses& uses, int32_t tensor) const {
    const int32_t k = uses.producer[static_cast<size_t>(tensor)];
    if (k < 0) return Activation::kNone;
    Activation which;
    if (is_rectifier(g.ops[static_cast<size_t>(k)], &which)) return which;
    return g.ops[static_cast<size_t>(k)].activation();
  }

  void by_name() {
    std::map<std::string, int32_t> names;
    std::set<std::string> twice;
    for (size_t i = 0; i < r_.tensors.size(); ++i) {
      if (!holds_numbers(r_.tensors[i])) continue;
      if (!names.emplace(r_.tensors[i].name, static_cast<int32_t>(i)).second) twice.insert(r_.tensors[i].name);
    }
    for (size_t i = 0; i < q_.tensors.size(); ++i) {
      const ir::Tensor& t = q_.tensors[i];
      const auto at = names.find(t.name);
      if (!holds_numbers(t) || t.name.empty() || at == names.end() || twice.contains(t.name)) continue;
      const int32_t q = static_cast<int32_t>(i);
      int32_t r = at->second;
      const Activation wanted = fused(q_, q_uses_, q), has = fused(r_, r_uses_, r);
      if (wanted != has) {
        if (has != Activation::kNone) continue;  // the reference's tensor comes after an activation that the other's precedes
        r = after_rectifiers(r_, r_uses_, r);
        if (fused(r_, r_uses_, r) != wanted) continue;
      }
      add(q, r, MatchedBy::kName);
    }
  }

  struct Layer {
    int32_t kind;
    int64_t count;
    int32_t tensor;
  };

  static std::vector<Layer> layers(const ir::Graph& g, const ir::Uses& uses) {
    std::vector<Layer> out;
    for (const ir::Op& op : g.ops) {
      if (is_in_between(op) || op.outputs.size() != 1 || !holds_numbers(g[op.outputs[0]])) continue;
      const int32_t t = after_rectifiers(g, uses, op.outputs[0]);
      out.push_back({kind_of(op), g[t].count(), t});
    }
    return out;
  }

  /// The longest common subsequence of both graphs' layers; among equally long ones that which takes layers as early as it can.
  void by_structure() {
    constexpr size_t kMostCells = 16 << 20;
    const std::vector<Layer> a = layers(q_, q_uses_), b = layers(r_, r_uses_);
    if ((a.size() + 1) * (b.size() + 1) > kMostCells) return;
    const size_t width = b.size() + 1;
    std::vector<uint32_t> best((a.size() + 1) * width);
    const auto same = [&](size_t i, size_t j) { return a[i].kind == b[j].kind && a[i].count == b[j].count; };
    for (size_t i = a.size(); i-- > 0;) {
      for (size_t j = b.size(); j-- > 0;) {
        best[i * width + j] = same(i, j) ? best[(i + 1) * width + j + 1] + 1 : std::max(best[(i + 1) * width + j], best[i * width + j + 1]);
      }
    }
    size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
      if (same(i, j)) {
        add(a[i].tensor, b[j].tensor, MatchedBy::kStructure);
        ++i, ++j;
      } else if (best[(i + 1) * width + j] >= best[i * width + j + 1]) {
        ++i;
      } else {
        ++j;
      }
    }
  }

  const ir::Graph &q_, &r_;
  ir::Uses q_uses_, r_uses_;
  std::set<int32_t> taken_;
  std::vector<TensorMatch> found_;
};

}  // namespace

const char* matched_by_name(MatchedBy how) {
  return how == MatchedBy::kPosition ? "position" : how == MatchedBy::kName ? "name" : "structure";
}

std::vector<TensorMatch> match_tensors(const ir::Graph& quantized, const ir::Graph& reference) {
  return Matcher(quantized, reference).match();
}

bool find_turn(const ir::Dims& from, const ir::Dims& to, std::vector<int32_t>* turn) {
  turn->clear();
  if (from == to) return true;
  int64_t a = 1, b = 1;
  for (const int32_t d : from) a *= d;
  for (const int32_t d : to) b *= d;
  if (a != b) return false;
  const size_t rank = from.size();
  if (rank == to.size() && rank >= 3) {
    std::vector<int32_t> last = {0}, first = {0, static_cast<int32_t>(rank) - 1};  // channels to the end, and to the front
    for (int32_t d = 2; d < static_cast<int32_t>(rank); ++d) last.push_back(d), first.push_back(d - 1);
    last.push_back(1);
    for (const auto* p : {&last, &first}) {
      bool fits = true;
      for (size_t i = 0; i < rank; ++i) fits = fits && to[i] == from[static_cast<size_t>((*p)[i])];
      if (!fits) continue;
      *turn = *p;
      return true;
    }
  }
  return true;  // the same elements under another shape
}

std::vector<float> turn_elements(std::span<const float> values, const ir::Dims& from, const std::vector<int32_t>& turn, size_t samples) {
  std::vector<float> out;
  out.reserve(values.size());
  const size_t rank = from.size(), count = values.size() / std::max<size_t>(1, samples);
  std::vector<size_t> steps(rank, 1), index(rank, 0);
  for (size_t d = rank - 1; d-- > 0;) steps[d] = steps[d + 1] * static_cast<size_t>(from[d + 1]);
  for (size_t s = 0; s < samples; ++s) {
    std::fill(index.begin(), index.end(), 0);
    for (size_t n = 0; n < count; ++n) {
      size_t at = s * count;
      for (size_t d = 0; d < rank; ++d) at += index[d] * steps[static_cast<size_t>(turn[d])];
      out.push_back(values[at]);
      for (size_t d = rank; d-- > 0;) {
        if (++index[d] < static_cast<size_t>(from[static_cast<size_t>(turn[d])])) break;
        index[d] = 0;
      }
    }
  }
  return out;
}

}  // namespace midge
