#include "compiler/quantize/plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace midge {
namespace {

bool is_float(const ir::Graph& g, int32_t i) { return i >= 0 && g[i].type == Type::kFloat32; }

/// Which types the kernels and the recipe leave for the operator's activations.
Type type_of(const ir::Graph& g, const ir::Op& op, const OpPlan& plan, std::string* why) {
  const auto wants_integers = [](Scheme s) { return s == Scheme::kInt8 || s == Scheme::kInt16x8 || s == Scheme::kInt4Weights; };
  if (!wants_integers(plan.recipe.scheme)) return Type::kFloat32;
  const auto any_float = [&](const std::vector<int32_t>& list) {
    return std::any_of(list.begin(), list.end(), [&](int32_t i) { return is_float(g, i); });
  };
  if (!any_float(op.inputs) && !any_float(op.outputs)) return Type::kFloat32;  // of integers already
  if (plan.rule == nullptr) {
    *why = "there is no integer kernel for it";
    return Type::kFloat32;
  }
  if (plan.rule->weights >= 0) {
    const int32_t w = op.input(static_cast<size_t>(plan.rule->weights));
    if (!is_float(g, w) || !g[w].constant()) {
      *why = "its weights are not float constants";
      return Type::kFloat32;
    }
    const int32_t b = op.input(static_cast<size_t>(plan.rule->bias));
    if (b >= 0 && (!is_float(g, b) || !g[b].constant())) {
      *why = "its bias is not a float constant";
      return Type::kFloat32;
    }
  }
  for (size_t j = 0; j < op.inputs.size(); ++j) {
    if (!plan.rule->is_activation(j) || op.inputs[j] < 0) continue;
    if (is_float(g, op.inputs[j])) continue;
    if (plan.rule->output == OutputScale::kNone || plan.rule->output == OutputScale::kSame)
      return Type::kFloat32;  // it moves or compares integers
    *why = "it mixes floats and integers";
    return Type::kFloat32;
  }
  const Activation fused = op.activation();
  if (fused == Activation::kTanh || fused == Activation::kSignBit) {
    *why = "its fused activation has no integer kernel";
    return Type::kFloat32;
  }
  if (op.code == Builtin::CONCATENATION && fused != Activation::kNone) {
    *why = "its fused activation has no integer kernel";
    return Type::kFloat32;
  }
  const Type type = plan.recipe.scheme == Scheme::kInt16x8 ? Type::kInt16 : Type::kInt8;
  if (type == Type::kInt16 && (plan.rule->types & QuantizationRule::kS16) == 0) {
    *why = "there is no kernel of int16 for it";
    return (plan.rule->types & QuantizationRule::kS8) != 0 ? Type::kInt8 : Type::kFloat32;
  }
  return type;
}

class Planner {
 public:
  Planner(const ir::Graph& graph, const Recipe& recipe, std::vector<Diagnostic>& warnings)
      : g_(graph), recipe_(recipe), warnings_(warnings) {}

  Plan make() {
    choose_types();
    make_nodes();
    tie();
    collect();
    return std::move(plan_);
  }

 private:
  void choose_types() {
    for (const ir::Op& op : g_.ops) {
      const auto k = static_cast<int>(plan_.ops.size());
      OpPlan& p = plan_.ops.emplace_back();
      p.rule = find_rule(op.code);
      p.recipe = recipe_for(recipe_, g_, op);
      std::string why;
      p.type = type_of(g_, op, p, &why);
      if (why.empty()) continue;
      Diagnostic d;
      d.id = p.type == Type::kFloat32 ? "stays-float" : "stays-int8", d.operator_index = k, d.operator_name = ir::describe(op);
      if (!op.outputs.empty()) d.tensor_index = op.outputs[0], d.tensor_name = g_[op.outputs[0]].name;
      d.message = (p.type == Type::kFloat32 ? "stays float: " : "stays int8: ") + why;
      d.hint = "midge rewrites many operators into ones that have integer kernels; else expect DEQUANTIZE and QUANTIZE around it";
      warnings_.push_back(std::move(d));
    }
    // Moving numbers between two float operators is not worth a QUANTIZE and a DEQUANTIZE.
    const ir::Uses uses(g_);
    for (bool changed = true; changed;) {
      changed = false;
      for (size_t k = 0; k < g_.ops.size(); ++k) {
        if (plan_.ops[k].type == Type::kFloat32 || plan_.ops[k].rule->output != OutputScale::kSame) continue;
        const auto is_float_op = [&](int32_t j) { return plan_.ops[static_cast<size_t>(j)].type == Type::kFloat32; };
        bool all = true;
        for (const int32_t i : g_.ops[k].inputs) {
          if (!is_float(g_, i) || g_[i].constant()) continue;
          const int32_t p = uses.producer[static_cast<size_t>(i)];
          all = all && p >= 0 && is_float_op(p);
        }
        for (const int32_t o : g_.ops[k].outputs) {
          const auto& readers = uses.consumers[static_cast<size_t>(o)];
          all = all && !uses.is_output[static_cast<size_t>(o)] && !readers.empty() && std::all_of(readers.begin(), readers.end(), is_float_op);
        }
        if (all) plan_.ops[k].type = Type::kFloat32, changed = true;
      }
    }
    plan_.native.assign(g_.tensors.size(), Type::kFloat32);
    for (size_t k = 0; k < g_.ops.size(); ++k) {
      const OpPlan& p = plan_.ops[k];
      if (p.type == Type::kFloat32 || p.rule->output == OutputScale::kNone) continue;
      for (const int32_t o : g_.ops[k].outputs) {
        if (is_float(g_, o)) plan_.native[static_cast<size_t>(o)] = p.type;
      }
    }
    for (const int32_t i : g_.inputs) {
      if (!is_float(g_, i)) continue;
      for (const int32_t k : uses.consumers[static_cast<size_t>(i)]) {
        const OpPlan& p = plan_.ops[static_cast<size_t>(k)];
        if (p.type != Type::kFloat32) plan_.native[static_cast<size_t>(i)] = p.type;
        if (p.type == Type::kInt16) break;  // the finer of the two; int8 readers get it rescaled
      }
    }
  }

  size_t node(int32_t tensor, Type type) {
    const auto [at, added] = plan_.group_of.try_emplace({tensor, type}, nodes_.size());
    if (added) {
      nodes_.push_back(nodes_.size());
      ScaleGroup& s = data_.emplace_back();
      s.type = type;
      s.tensors = {tensor};
      set_method(s, recipe_.all);
    }
    return at->second;
  }

  static void set_method(ScaleGroup& s, const LayerRecipe& r) { s.range = r.range, s.percentile = r.percentile; }

  size_t find(size_t n) {
    while (nodes_[n] != n) n = nodes_[n] = nodes_[nodes_[n]];
    return n;
  }

  bool can_join(size_t a, size_t b) const { return !data_[a].fixed || !data_[b].fixed || data_[a].quantization == data_[b].quantization; }

  void join(size_t a, size_t b) {
    a = find(a), b = find(b);
    if (a == b) return;
    if (b < a) std::swap(a, b);  // the first made speaks for all
    nodes_[b] = a;
    if (data_[b].fixed) data_[a].fixed = true, data_[a].quantization = data_[b].quantization;
    for (auto list : {&ScaleGroup::tensors, &ScaleGroup::constants}) {
      auto& to = data_[a].*list;
      to.insert(to.end(), (data_[b].*list).begin(), (data_[b].*list).end());
    }
  }

  void make_nodes() {
    for (const int32_t i : g_.inputs) {
      if (plan_.native[static_cast<size_t>(i)] != Type::kFloat32) node(i, plan_.native[static_cast<size_t>(i)]);
    }
    // The network's border may be asked for in integers where its operators are float.
    for (const auto* list : {&g_.inputs, &g_.outputs}) {
      for (const int32_t i : *list) {
        if (is_float(g_, i) && !g_[i].constant() && plan_.native[static_cast<size_t>(i)] == Type::kFloat32) node(i, Type::kInt8);
      }
    }
    for (size_t k = 0; k < g_.ops.size(); ++k) {
      const OpPlan& p = plan_.ops[k];
      if (p.type == Type::kFloat32) continue;
      for (size_t j = 0; j < g_.ops[k].inputs.size(); ++j) {
        const int32_t i = g_.ops[k].inputs[j];
        if (p.rule->is_activation(j) && is_float(g_, i) && !g_[i].constant()) plan_.edges[{k, j}] = node(i, p.type);
      }
      if (p.rule->output == OutputScale::kNone) continue;
      for (const int32_t o : g_.ops[k].outputs) {
        if (!is_float(g_, o)) continue;
        ScaleGroup& s = data_[node(o, p.type)];
        set_method(s, p.recipe);
        if (p.rule->fixed()) s.fixed = true, s.quantization = fixed_quantization(p.rule->output, p.type);
      }
    }
  }

  void tie() {
    for (size_t k = 0; k < g_.ops.size(); ++k) {
      const OpPlan& p = plan_.ops[k];
      const ir::Op& op = g_.ops[k];
      if (p.type == Type::kFloat32 || p.rule->output != OutputScale::kSame) continue;
      const size_t out = node(op.outputs[0], p.type);
      for (const int32_t o : op.outputs) join(out, node(o, p.type));
      size_t computed = 0;
      bool all_equal = true;
      const ir::Quantization* first = nullptr;
      for (size_t j = 0; j < op.inputs.size(); ++j) {
        const auto edge = plan_.edges.find({k, j});
        if (edge == plan_.edges.end()) {
          if (p.rule->is_activation(j) && is_float(g_, op.inputs[j])) all_equal = false;
          continue;
        }
        ++computed;
        const ScaleGroup& s = data_[find(edge->second)];
        all_equal = all_equal && s.fixed && (first == nullptr || *first == s.quantization);
        if (first == nullptr) first = &s.quantization;
      }
      for (size_t j = 0; j < op.inputs.size(); ++j) {
        if (!p.rule->is_activation(j) || !is_float(g_, op.inputs[j])) continue;
        const auto edge = plan_.edges.find({k, j});
        if (edge == plan_.edges.end()) {
          data_[find(out)].constants.push_back(op.inputs[j]);
          continue;
        }
        const size_t in = find(edge->second);
        const bool alone = computed == 1 && op.inputs.size() == computed;
        const bool single = computed == 1 && !has_constant_activation(op, *p.rule);
        if (can_join(in, find(out)) && (!data_[in].fixed || all_equal || alone || single)) {
          join(in, out);
        } else {
          edge->second = find(out);  // a QUANTIZE stands between
          edge_tensor_.emplace_back(find(out), op.inputs[j]);
        }
      }
    }
  }

  bool has_constant_activation(const ir::Op& op, const QuantizationRule& rule) const {
    for (size_t j = 0; j < op.inputs.size(); ++j) {
      if (rule.is_activation(j) && is_float(g_, op.inputs[j]) && g_[op.inputs[j]].constant()) return true;
    }
    return false;
  }

  void collect() {
    std::vector<size_t> place(nodes_.size(), SIZE_MAX);
    for (const auto& [group, tensor] : edge_tensor_) data_[find(group)].tensors.push_back(tensor);
    for (size_t n = 0; n < nodes_.size(); ++n) {
      if (find(n) != n) continue;
      place[n] = plan_.groups.size();
      std::sort(data_[n].tensors.begin(), data_[n].tensors.end());
      data_[n].tensors.erase(std::unique(data_[n].tensors.begin(), data_[n].tensors.end()), data_[n].tensors.end());
      plan_.groups.push_back(data_[n]);
    }
    for (auto& [key, n] : plan_.group_of) n = place[find(n)];
    for (auto& [key, n] : plan_.edges) n = place[find(n)];
  }

  const ir::Graph& g_;
  const Recipe& recipe_;
  std::vector<Diagnostic>& warnings_;
  Plan plan_;
  std::vector<size_t> nodes_;     // union-find
  std::vector<ScaleGroup> data_;  // of each node; of a root, its group's
  std::vector<std::pair<size_t, int32_t>> edge_tensor_;
};

}  // namespace

bool glob_matches(const std::string& pattern, const std::string& text) {
  size_t p = 0, t = 0, star = std::string::npos, from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || (pattern[p] != '*' && pattern[p] == text[t]))) {
      ++p, ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++, from = t;
    } else if (star != std::string::npos) {
      p = star + 1, t = ++from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

const LayerRecipe& recipe_for(const Recipe& recipe, const ir::Graph& graph, const ir::Op& op) {
  const char* code = builtin_name(static_cast<int32_t>(op.code));
  for (const auto& [pattern, layer] : recipe.layers) {
    if (glob_matches(pattern, op.source) || (code != nullptr && glob_matches(pattern, code))) return layer;
    for (const int32_t o : op.outputs) {
      if (glob_matches(pattern, graph[o].name)) return layer;
    }
  }
  return recipe.all;
}

const ScaleGroup* Plan::stored(int32_t tensor) const {
  const auto found = group_of.find({tensor, native[static_cast<size_t>(tensor)]});
  return found == group_of.end() ? nullptr : &groups[found->second];
}

Plan make_plan(const ir::Graph& graph, const Recipe& recipe, std::vector<Diagnostic>& warnings) {
  return Planner(graph, recipe, warnings).make();
}

}  // namespace midge
