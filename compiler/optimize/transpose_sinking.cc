// Which tensor is stored in which layout, decided for the whole graph at once.
//
// 1. Candidates. Each tensor gets two ways of being stored, A and B; one of them is as the graph has it, its home. They start at a
//    TRANSPOSE by q from x to y: A is x's layout, B is y's. So x is stored as it is or by q, y by the inverse of q or as it is. The
//    candidates spread through all operators that can run on transposed tensors (layout_rules.h), through other TRANSPOSEs and RESHAPEs
//    too, until they meet operators that cannot, or other candidates. Then the next TRANSPOSE that has none starts.
// 2. Choice. Each operator that got candidates runs in A or B; all others at home. A tensor that is made in one and read in the other
//    costs one transposition, of all its elements; a TRANSPOSE whose input and output are stored alike costs nothing. The cheapest
//    choice is a minimal cut of a graph with a node an operator, so it is found exactly, and quickly.
//    Among choices of one price the one with most operators in channels-last is taken: there scales and activations fold.
// 3. It is carried out only if it costs less than the TRANSPOSEs that are there. What the graph pays for TRANSPOSE falls each time, so
//    that the pass comes to an end whatever the other passes do.
//
// Graph inputs and outputs are at home, except channels-first ones of the main graph where the layout need not be kept: these may
// become channels-last, which Module::io records.
#include <algorithm>
#include <deque>
#include <map>
#include <numeric>

#include "compiler/optimize/editor.h"
#include "compiler/optimize/layout_rules.h"
#include "compiler/optimize/min_cut.h"
#include "compiler/optimize/pass.h"
#include "compiler/optimize/values.h"

namespace midge {
namespace {

using ir::Op;

struct Pair {
  Permutation by[2];  ///< how the tensor is stored in A and in B; empty: it has no candidates
  bool present() const { return !by[0].empty(); }
  int home() const { return is_identity(by[0]) ? 0 : 1; }
};

struct OpPair {
  OpLayout by[2];       ///< without what is the identity both ways
  OpLayout whole[2];    ///< with it
  bool vanishes = false;  ///< a TRANSPOSE that is not needed
  int preferred = -1;     ///< the side that is channels-last, if one is
};

Permutation channels_last(size_t rank) {
  Permutation p = {0};
  for (size_t d = 2; d < rank; ++d) p.push_back(static_cast<int32_t>(d));
  p.push_back(1);
  return p;
}

class Sinking {
 public:
  Sinking(ir::Graph& graph, PassContext& context)
      : graph_(graph), context_(context), e_(graph), pairs_(graph.tensors.size()), ops_(graph.ops.size()), assigned_(graph.ops.size()) {
    is_main_ = &graph == &context.module.main();
    for (const ir::Tensor& t : graph.tensors) dims_.push_back(t.dims);
  }

  bool run() {
    spread_all();
    scale_ = static_cast<int64_t>(graph_.ops.size()) + 1;
    build_cut();
    if (before_ == 0) return false;
    if ((cut_.solve() + base_) / scale_ >= before_) return false;
    apply();
    return e_.finish();
  }

 private:
  // -- 1. candidates

  static bool is_usual(const Permutation& p) {
    return p.size() >= 3 && (p == channels_last(p.size()) || inverse(p) == channels_last(p.size()));
  }

  void spread_all() {
    std::vector<size_t> seeds;
    for (const bool usual : {true, false}) {
      for (size_t k = 0; k < graph_.ops.size(); ++k) {
        const auto q = permutation_of(graph_, graph_.ops[k]);
        if (q && is_usual(*q) == usual) seeds.push_back(k);
      }
    }
    for (const size_t k : seeds) {
      const Op& op = graph_.ops[k];
      const auto q = permutation_of(graph_, op);
      if (assigned_[k] || !q || is_identity(*q)) continue;
      const int32_t x = op.inputs[0];
      if (pairs_[static_cast<size_t>(x)].present() || pairs_[static_cast<size_t>(op.outputs[0])].present()) continue;
      if (!has_dims(graph_[x])) continue;
      Pair start;
      start.by[0].resize(q->size());
      for (size_t d = 0; d < q->size(); ++d) start.by[0][d] = static_cast<int32_t>(d);
      start.by[1] = *q;
      // Rank 3 has only one such permutation, which does not say which side is which.
      preferred_ = q->size() < 4 || !is_usual(*q) ? -1 : *q == channels_last(q->size()) ? 1 : 0;
      std::deque<int32_t> queue;
      give(x, start, queue);
      while (!queue.empty()) {
        const int32_t t = queue.front();
        queue.pop_front();
        if (e_.producer_index(t) >= 0) assign(static_cast<size_t>(e_.producer_index(t)), t, queue);
        for (const int32_t c : e_.consumers(t)) assign(static_cast<size_t>(c), t, queue);
      }
    }
  }

  void give(int32_t t, const Pair& pair, std::deque<int32_t>& queue) {
    if (graph_[t].is_variable || graph_[t].constant() || pairs_[static_cast<size_t>(t)].present()) return;
    pairs_[static_cast<size_t>(t)] = pair;
    queue.push_back(t);
  }

  /// Tries to let operator k run in both ways that tensor t may be stored.
  void assign(size_t k, int32_t t, std::deque<int32_t>& queue) {
    if (assigned_[k]) return;
    const Op& op = graph_.ops[k];
    OpPair pair;
    if (!candidates(op, t, &pair)) {
      // One that stays: what stands behind it may well be in the layout that stands before it.
      if (permutation_of(graph_, op)) give(t == op.inputs[0] ? op.outputs[0] : op.inputs[0], pairs_[static_cast<size_t>(t)], queue);
      return;
    }
    assigned_[k] = true;
    ops_[k] = std::move(pair);
    ops_[k].preferred = op.code == Builtin::TRANSPOSE ? -1 : preferred_;
    if (ops_[k].vanishes) before_ += price_now(op);
    for_each_tensor(op, ops_[k], [&](int32_t other, const Pair& p) { give(other, p, queue); });
  }

  template <class F>
  static void for_each_tensor(const Op& op, const OpPair& pair, const F& f) {
    for (size_t i = 0; i < op.inputs.size(); ++i) {
      if (!pair.by[0].inputs[i].empty()) f(op.inputs[i], Pair{{pair.by[0].inputs[i], pair.by[1].inputs[i]}});
    }
    for (size_t i = 0; i < op.outputs.size(); ++i) {
      if (!pair.by[0].outputs[i].empty()) f(op.outputs[i], Pair{{pair.by[0].outputs[i], pair.by[1].outputs[i]}});
    }
  }

  bool candidates(const Op& op, int32_t t, OpPair* out) const {
    for (int side = 0; side < 2; ++side) {
      const Permutation& p = pairs_[static_cast<size_t>(t)].by[side];
      auto layout = layout_of(e_, op, t, p);
      if (!layout) return false;
      out->by[side] = std::move(*layout);
    }
    out->vanishes = op.code == Builtin::TRANSPOSE;
    if (op.code == Builtin::RESHAPE) adopt(op, out);
    for (int side = 0; side < 2; ++side) out->whole[side] = out->by[side];
    drop_trivial(out);
    bool fits = true;
    for_each_tensor(op, *out, [&](int32_t other, const Pair& p) {
      const Pair& has = pairs_[static_cast<size_t>(other)];
      const size_t rank = dims_[static_cast<size_t>(other)].size();
      fits = fits && p.by[0].size() == rank && p.by[1].size() == rank && (is_identity(p.by[0]) || is_identity(p.by[1]));
      fits = fits && (!has.present() || (has.by[0] == p.by[0] && has.by[1] == p.by[1]));
    });
    return fits;
  }

  /// A tensor that both ways store as it is needs no candidates.
  static void drop_trivial(OpPair* pair) {
    const auto drop = [](std::vector<Permutation>& a, std::vector<Permutation>& b) {
      for (size_t i = 0; i < a.size(); ++i) {
        if (is_identity(a[i]) && is_identity(b[i])) a[i].clear(), b[i].clear();
      }
    };
    drop(pair->by[0].inputs, pair->by[1].inputs);
    drop(pair->by[0].outputs, pair->by[1].outputs);
  }

  /// A RESHAPE leaves open where dimensions of 1 go: its other tensor may have candidates that differ in that alone.
  void adopt(const Op& op, OpPair* out) const {
    for (const bool input : {true, false}) {
      const int32_t t = input ? op.inputs[0] : op.outputs[0];
      const Pair& has = pairs_[static_cast<size_t>(t)];
      if (!has.present()) continue;
      const ir::Dims& dims = dims_[static_cast<size_t>(t)];
      for (int side = 0; side < 2; ++side) {
        Permutation& p = input ? out->by[side].inputs[0] : out->by[side].outputs[0];
        if (moves_nothing(permuted(dims, p), between(p, has.by[side]))) p = has.by[side];
      }
    }
  }

  // -- 2. choice

  /// What turns a tensor stored by `from` into one stored by `to`.
  static Permutation between(const Permutation& from, const Permutation& to) { return permuted_indices(inverse(from), to); }
  static Permutation permuted_indices(const Permutation& place, const Permutation& to) {
    Permutation out;
    for (const int32_t d : to) out.push_back(place[static_cast<size_t>(d)]);
    return out;
  }

  static constexpr int64_t kTurned = 1, kReshaped = 2, kOperator = 16;

  int64_t price(int32_t t, const Permutation& from, const Permutation& to) const {
    const ir::Dims& dims = dims_[static_cast<size_t>(t)];
    return moves_nothing(permuted(dims, from), between(from, to)) ? kReshaped : kOperator + graph_[t].count();
  }
  /// Of a TRANSPOSE that is there.
  int64_t price_now(const Op& op) const {
    const int32_t x = op.inputs[0];
    return moves_nothing(dims_[static_cast<size_t>(x)], *permutation_of(graph_, op)) ? kReshaped : kOperator + graph_[x].count();
  }

  /// Graph input or output i may be stored the other way.
  bool may_turn(int32_t t, const std::vector<std::vector<int32_t>>& turned, const std::vector<int32_t>& list) const {
    if (context_.keep_layout || !is_main_) return false;
    if (std::count(list.begin(), list.end(), t) != 1) return false;
    const size_t i = static_cast<size_t>(std::find(list.begin(), list.end(), t) - list.begin());
    const Pair& pair = pairs_[static_cast<size_t>(t)];
    const Permutation& away = pair.by[1 - pair.home()];
    return (turned.empty() || turned[i].empty()) && away.size() >= 3 && away == channels_last(away.size());
  }
  bool input_may_turn(int32_t t) const {
    return e_.is_input(t) && !e_.is_output(t) && may_turn(t, context_.module.io.inputs, graph_.inputs);
  }
  bool output_may_turn(int32_t t) const {
    return e_.is_output(t) && !e_.is_input(t) && may_turn(t, context_.module.io.outputs, graph_.outputs);
  }

  /// Whether an input of an operator that stays at home can be taken either way: BATCH_MATMUL says so in an option, a TRANSPOSE that
  /// stays in its permutation.
  bool takes_either(const Op& op, size_t input) const {
    if (input == 0 && permutation_of(graph_, op)) return true;
    if (op.code != Builtin::BATCH_MATMUL || input > 1) return false;
    const Pair& pair = pairs_[static_cast<size_t>(op.inputs[input])];
    Permutation swap = pair.by[pair.home()];
    if (swap.size() < 2) return false;
    std::swap(swap[swap.size() - 1], swap[swap.size() - 2]);
    return pair.by[1 - pair.home()] == swap;
  }

  void build_cut() {
    node_of_op_.resize(graph_.ops.size(), -1);
    made_in_.assign(graph_.tensors.size(), -1);
    for (size_t k = 0; k < graph_.ops.size(); ++k) {
      if (!assigned_[k]) {  // a TRANSPOSE that stays makes its output either way
        const Op& op = graph_.ops[k];
        if (permutation_of(graph_, op) && pairs_[static_cast<size_t>(op.outputs[0])].present()) node_of_op_[k] = cut_.add_node();
        continue;
      }
      node_of_op_[k] = cut_.add_node();
      if (ops_[k].preferred >= 0 && !ops_[k].vanishes) prefer(node_of_op_[k], ops_[k].preferred, 1);
    }
    for (size_t i = 0; i < graph_.tensors.size(); ++i) {
      const int32_t t = static_cast<int32_t>(i);
      if (pairs_[i].present()) add_tensor(t);
    }
    for (size_t k = 0; k < graph_.ops.size(); ++k) {
      if (!assigned_[k] && permutation_of(graph_, graph_.ops[k])) add_kept(k);
    }
  }

  void add_tensor(int32_t t) {
    const Pair& pair = pairs_[static_cast<size_t>(t)];
    const int32_t home = pair.home();
    int32_t& made = made_in_[static_cast<size_t>(t)];
    const int32_t maker = e_.producer_index(t);
    if (maker >= 0 && assigned_[static_cast<size_t>(maker)] &&
        !wants(ops_[static_cast<size_t>(maker)], graph_.ops[static_cast<size_t>(maker)], t).empty()) {
      made = node_of_op_[static_cast<size_t>(maker)];
    } else if (maker >= 0 && !assigned_[static_cast<size_t>(maker)] && node_of_op_[static_cast<size_t>(maker)] >= 0) {
      made = node_of_op_[static_cast<size_t>(maker)];
    } else if (input_may_turn(t)) {
      made = cut_.add_node();
      prefer(made, home, kTurned * scale_);
    } else {
      made = home;
    }
    std::vector<int32_t> readers;
    for (const int32_t c : e_.consumers(t)) {
      const Op& op = graph_.ops[static_cast<size_t>(c)];
      if (assigned_[static_cast<size_t>(c)]) {
        readers.push_back(wants(ops_[static_cast<size_t>(c)], op, t).empty() ? home : node_of_op_[static_cast<size_t>(c)]);
        continue;
      }
      for (size_t i = 0; i < op.inputs.size(); ++i) {
        if (op.inputs[i] == t && !takes_either(op, i)) readers.push_back(home);
      }
    }
    if (e_.is_output(t)) {
      if (output_may_turn(t)) {
        readers.push_back(cut_.add_node());
        prefer(readers.back(), home, kTurned * scale_);
      } else {
        readers.push_back(home);
      }
    }
    if (readers.empty()) return;
    const int64_t cost = price(t, pair.by[0], pair.by[1]) * scale_;
    // One transposition serves all that read it the other way, in either direction.
    const int32_t to_b = cut_.add_node(), to_a = cut_.add_node();
    cut_.add_edge(made, to_b, cost);
    cut_.add_edge(to_a, made, cost);
    for (const int32_t r : readers) {
      cut_.add_edge(to_b, r, MinCut::kNever);
      cut_.add_edge(r, to_a, MinCut::kNever);
    }
  }

  /// A TRANSPOSE that stays costs nothing or little where input and output happen to be stored so that it moves nothing.
  void add_kept(size_t k) {
    const Op& op = graph_.ops[k];
    const int32_t x = op.inputs[0], y = op.outputs[0];
    const Pair& from = pairs_[static_cast<size_t>(x)];
    const Pair& to = pairs_[static_cast<size_t>(y)];
    if (!from.present() && !to.present()) return;
    const Permutation q = *permutation_of(graph_, op);
    Permutation as_it_is(q.size());
    std::iota(as_it_is.begin(), as_it_is.end(), 0);
    int64_t cost[2][2];
    for (int a = 0; a < 2; ++a) {
      for (int b = 0; b < 2; ++b) {
        const Permutation& in = from.present() ? from.by[a] : as_it_is;
        const Permutation now = between(in, permuted_indices(q, to.present() ? to.by[b] : as_it_is));
        const bool still = moves_nothing(permuted(dims_[static_cast<size_t>(x)], in), now);
        cost[a][b] = (is_identity(now) ? 0 : still ? kReshaped : kOperator + graph_[x].count()) * scale_;
      }
    }
    before_ += cost[from.present() ? from.home() : 0][to.present() ? to.home() : 0] / scale_;
    const int64_t mixed = cost[0][1] + cost[1][0] - cost[0][0] - cost[1][1];
    if (mixed < 0) {  // no cut says that; the most that it can cost is never too little
      base_ += std::max({cost[0][0], cost[0][1], cost[1][0], cost[1][1]});
      return;
    }
    const int32_t a = from.present() ? made_in_[static_cast<size_t>(x)] : 0, b = to.present() ? made_in_[static_cast<size_t>(y)] : 0;
    base_ += cost[0][0];
    add_if_b(a, cost[1][0] - cost[0][0]);
    add_if_b(b, cost[1][1] - cost[1][0]);
    if (mixed > 0) cut_.add_edge(a, b, mixed);
  }

  /// Costs `cost`, which may be negative, if the node is on side B.
  void add_if_b(int32_t node, int64_t cost) {
    if (cost >= 0) {
      cut_.add_edge(0, node, cost);
    } else {
      base_ += cost;
      cut_.add_edge(node, 1, -cost);
    }
  }

  void prefer(int32_t node, int32_t side, int64_t cost) {
    if (side == 0) {
      cut_.add_edge(0, node, cost);
    } else {
      cut_.add_edge(node, 1, cost);
    }
  }

  /// How the operator wants tensor t, by side 0; empty if as it is.
  static const Permutation& wants(const OpPair& pair, const Op& op, int32_t t) {
    static const Permutation none;
    for (size_t i = 0; i < op.inputs.size(); ++i) {
      if (op.inputs[i] == t && !pair.by[0].inputs[i].empty()) return pair.by[0].inputs[i];
    }
    for (size_t i = 0; i < op.outputs.size(); ++i) {
      if (op.outputs[i] == t && !pair.by[0].outputs[i].empty()) return pair.by[0].outputs[i];
    }
    return none;
  }

  // -- 3. carrying it out

  int side_of(int32_t node) const { return node < 2 ? node : static_cast<int>(cut_.side(node)); }

  void apply() {
    const size_t count = graph_.ops.size();
    for (size_t k = 0; k < count; ++k) {  // asked for now, since dimensions change below
      const auto q = permutation_of(graph_, graph_.ops[k]);
      if (q && !assigned_[k]) kept_[k] = *q;
    }
    stored_.assign(graph_.tensors.size(), -1);
    outputs_ = graph_.outputs;
    for (size_t i = 0; i < made_in_.size(); ++i) {
      if (!pairs_[i].present()) continue;
      const Pair& pair = pairs_[i];
      const int side = side_of(made_in_[i]);
      stored_[i] = static_cast<int32_t>(i);
      ir::Tensor& t = graph_[static_cast<int32_t>(i)];
      t.dims = permuted(dims_[i], pair.by[side]);
    }
    turn_inputs();
    for (size_t k = 0; k < count; ++k) rewrite(k);
    finish_outputs();
  }

  void turn_inputs() {
    for (size_t i = 0; i < graph_.inputs.size(); ++i) {
      const int32_t t = graph_.inputs[i];
      if (pairs_[static_cast<size_t>(t)].present()) record(context_.module.io.inputs, graph_.inputs.size(), i, t);
    }
  }

  void record(std::vector<std::vector<int32_t>>& list, size_t size, size_t i, int32_t t) {
    const Pair& pair = pairs_[static_cast<size_t>(t)];
    const int side = side_of(made_in_[static_cast<size_t>(t)]);
    if (side == pair.home()) return;
    list.resize(size);
    list[i] = pair.by[side];
  }

  void rewrite(size_t k) {
    Op op = graph_.ops[k];
    if (!assigned_[k]) {
      bool changed = false;
      if (kept_.contains(k)) return rewrite_kept(k);
      for (size_t i = 0; i < op.inputs.size(); ++i) {
        const int32_t t = op.inputs[i];
        if (t < 0 || static_cast<size_t>(t) >= pairs_.size() || !pairs_[static_cast<size_t>(t)].present()) continue;
        const Pair& pair = pairs_[static_cast<size_t>(t)];
        if (takes_either(graph_.ops[k], i) && side_of(made_in_[static_cast<size_t>(t)]) != pair.home()) {
          const char* option = i == 0 ? "adj_x" : "adj_y";
          op.set(option, int64_t{op.integer(option) == 0});
          op.inputs[i] = stored_[static_cast<size_t>(t)];
          changed = true;
          continue;
        }
        op.inputs[i] = fetch(t, pair.by[pair.home()], op.source);
        changed = changed || op.inputs[i] != t;
      }
      if (changed) e_.replace(k, std::move(op));
      return;
    }
    const OpPair& pair = ops_[k];
    const OpLayout& layout = pair.by[side_of(node_of_op_[k])];
    if (pair.vanishes) {
      const int32_t y = op.outputs[0];
      stored_[static_cast<size_t>(y)] = fetch(op.inputs[0], layout.inputs[0], op.source);
      e_.erase(k);
      return;
    }
    apply_layout(e_, op, pair.whole[side_of(node_of_op_[k])], dims_);
    for (size_t i = 0; i < op.inputs.size(); ++i) {
      const int32_t t = op.inputs[i];
      if (t < 0 || static_cast<size_t>(t) >= pairs_.size() || !pairs_[static_cast<size_t>(t)].present()) continue;
      const Pair& has = pairs_[static_cast<size_t>(t)];
      op.inputs[i] = fetch(t, layout.inputs[i].empty() ? has.by[has.home()] : layout.inputs[i], op.source);
    }
    e_.replace(k, std::move(op));
  }

  /// A TRANSPOSE that stays, from how its input is stored to how its output is to be.
  void rewrite_kept(size_t k) {
    Op op = graph_.ops[k];
    const Permutation q = kept_.at(k);
    const auto stored_by = [&](int32_t t) {
      const Pair& pair = pairs_[static_cast<size_t>(t)];
      if (pair.present()) return pair.by[side_of(made_in_[static_cast<size_t>(t)])];
      Permutation as_it_is(q.size());
      std::iota(as_it_is.begin(), as_it_is.end(), 0);
      return as_it_is;
    };
    const int32_t x = op.inputs[0];
    const Permutation now = between(stored_by(x), permuted_indices(q, stored_by(op.outputs[0])));
    if (pairs_[static_cast<size_t>(x)].present()) op.inputs[0] = stored_[static_cast<size_t>(x)];
    if (now == q && op.inputs[0] == x) return;
    op.inputs[1] = e_.add_int32(graph_[op.inputs[1]].name, now);
    e_.replace(k, std::move(op));
  }

  /// Tensor t stored by p; transposed first, once, if it is not.
  int32_t fetch(int32_t t, const Permutation& p, const std::string& source) {
    const Pair& pair = pairs_[static_cast<size_t>(t)];
    const Permutation& current = pair.by[side_of(made_in_[static_cast<size_t>(t)])];
    const int32_t from = stored_[static_cast<size_t>(t)];
    if (current == p) return from;
    const auto [at, added] = converted_.try_emplace(t, -1);
    if (!added) return at->second;
    const Permutation q = between(current, p);
    ir::Tensor out = graph_[from];
    out.data = nullptr;
    out.name = graph_[t].name + "/transposed";
    const ir::Dims before = graph_[from].dims;
    out.dims = permuted(before, q);
    const ir::Dims to = out.dims;
    Op op;
    op.source = source;
    op.outputs = {e_.add(std::move(out))};
    if (moves_nothing(before, q)) {
      op.code = Builtin::RESHAPE;
      op.inputs = {from, e_.add_int32(graph_[t].name + "/shape", to)};
      op.set("new_shape", to);
    } else {
      op.code = Builtin::TRANSPOSE;
      op.inputs = {from, e_.add_int32(graph_[t].name + "/permutation", q)};
    }
    at->second = op.outputs[0];
    e_.append(std::move(op));
    return at->second;
  }

  /// Each graph output is a tensor of its own, with the name that it had.
  void finish_outputs() {
    std::vector<int32_t> outputs = outputs_;
    for (size_t i = 0; i < outputs.size(); ++i) {
      const int32_t t = outputs_[i];
      const Pair& pair = pairs_[static_cast<size_t>(t)];
      if (!pair.present()) continue;
      int side = pair.home();
      if (output_may_turn(t)) {
        side = side_of(made_in_[static_cast<size_t>(t)]);
        record(context_.module.io.outputs, outputs.size(), i, t);
      }
      int32_t now = fetch(t, pair.by[side], "");
      if (now == t) continue;
      const std::string name = graph_[t].name;
      // The tensor that takes its place must be nothing else to the outside.
      const bool taken = e_.is_input(now) || graph_[now].constant() || std::find(outputs.begin(), outputs.end(), now) != outputs.end();
      if (taken) now = copy_of(now);
      graph_[t].name += "/before";
      graph_[now].name = name;
      outputs[i] = now;
    }
    for (size_t i = 0; i < outputs.size(); ++i) {
      if (outputs[i] != outputs_[i]) set_output(i, outputs[i]);
    }
  }

  int32_t copy_of(int32_t t) {
    ir::Tensor out = graph_[t];
    out.data = nullptr, out.is_variable = false;
    const ir::Dims to = out.dims;
    Op op;
    op.code = Builtin::RESHAPE;
    op.outputs = {e_.add(std::move(out))};
    op.inputs = {t, e_.add_int32(graph_[t].name + "/shape", to)};
    op.set("new_shape", to);
    e_.append(op);
    return op.outputs[0];
  }

  void set_output(size_t i, int32_t t) { graph_.outputs[i] = t; }

  ir::Graph& graph_;
  PassContext& context_;
  Editor e_;
  bool is_main_ = false;
  std::vector<Pair> pairs_;           ///< by tensor
  std::vector<OpPair> ops_;           ///< by operator
  std::vector<bool> assigned_;        ///< operators that can run either way
  std::vector<ir::Dims> dims_;        ///< as they were
  int64_t before_ = 0;                ///< what the TRANSPOSEs that may vanish cost now
  int64_t base_ = 0;    ///< what any choice costs
  int64_t scale_ = 1;                 ///< prices are multiplied by it, so that preferences decide only among equal ones
  int preferred_ = -1;                ///< of the operators that the TRANSPOSE at hand reaches
  MinCut cut_;
  std::vector<int32_t> node_of_op_, made_in_;
  std::vector<int32_t> stored_;       ///< by tensor: the tensor that holds it now
  std::map<int32_t, int32_t> converted_;
  std::map<size_t, Permutation> kept_;  ///< TRANSPOSEs that stay
  std::vector<int32_t> outputs_;
};

/// A TRANSPOSE that moves only dimensions of 1 is a RESHAPE.
bool to_reshape(Editor& e, size_t k) {
  const Op& op = e.op(k);
  const auto p = permutation_of(e.graph(), op);
  if (!p || !has_dims(e.tensor(op.inputs[0])) || !moves_nothing(e.tensor(op.inputs[0]).dims, *p)) return false;
  const ir::Dims to = permuted(e.tensor(op.inputs[0]).dims, *p);
  Op changed;
  changed.code = Builtin::RESHAPE, changed.outputs = op.outputs, changed.source = op.source;
  changed.inputs = {op.inputs[0], e.add_int32(e.tensor(op.outputs[0]).name + "/shape", to)};
  changed.set("new_shape", to);
  e.replace(k, std::move(changed));
  return true;
}

}  // namespace

bool transpose_sinking(ir::Graph& graph, PassContext& context) {
  if (Sinking(graph, context).run()) return true;
  Editor e(graph);  // what is left is not needed as a TRANSPOSE by the choice above
  for (size_t k = 0; k < e.size(); ++k) to_reshape(e, k);
  return e.finish();
}

}  // namespace midge
