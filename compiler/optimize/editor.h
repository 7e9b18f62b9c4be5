// Editor: a graph while a pass changes it. Who makes and who reads a tensor is kept up to date, so that a pass is one sweep and costs
// what the graph is long, not its square.
//
// Operators keep their index while the editor lives: new ones are appended, erased ones stay as gaps. finish() closes the gaps, sorts
// and removes what is dead. A pass must not make an operator depend on an existing one that stands later, so that operators with
// effects keep their order.
#pragma once
#include <string>
#include <vector>

#include "compiler/ir/graph.h"

namespace midge {

class Editor {
 public:
  explicit Editor(ir::Graph& graph);

  ir::Graph& graph() { return graph_; }
  const ir::Graph& graph() const { return graph_; }
  ir::Tensor& tensor(int32_t t) { return graph_[t]; }
  const ir::Tensor& tensor(int32_t t) const { return graph_[t]; }
  const ir::Op& op(size_t k) const { return graph_.ops[k]; }
  /// Also counts operators that were appended or erased.
  size_t size() const { return graph_.ops.size(); }
  bool alive(size_t k) const { return alive_[k]; }

  /// The operator that makes the tensor, or null. Its index by producer_index(), -1 where there is none.
  const ir::Op* producer(int32_t t) const;
  int32_t producer_index(int32_t t) const;
  /// The producer's index if it has this code and one output, else -1.
  int32_t made_by(int32_t t, Builtin code) const;
  /// Indices of the operators that read it, once for each use.
  const std::vector<int32_t>& consumers(int32_t t) const;
  bool is_output(int32_t t) const;
  bool is_input(int32_t t) const;
  /// Read once, by an operator, and no graph output.
  bool single(int32_t t) const { return consumers(t).size() == 1 && !is_output(t); }

  int32_t add(ir::Tensor t);
  int32_t add_int32(const std::string& name, const std::vector<int32_t>& values);
  int32_t add_floats(const std::string& name, ir::Dims dims, std::span<const float> values);

  size_t append(ir::Op op);
  void replace(size_t k, ir::Op op);
  void erase(size_t k);
  /// Readers of `from` read `to` instead, also where it is a graph output.
  void replace_uses(int32_t from, int32_t to);
  /// Makes `out` the same as `in`, whose values it has, and erases operator k, which makes it. The name of a graph output stays.
  /// False, and nothing is changed, where both are fixed: a graph input that is also an output, for instance.
  bool bypass(size_t k, int32_t in, int32_t out);
  /// Operator k takes over the output of `last`, which reads it, and erases that one; their sources are joined.
  void absorb(size_t k, size_t last, ir::Op changed);

  /// Whether anything was changed. Sorts and cleans the graph if so.
  bool finish();

 private:
  void enter(size_t k);
  void leave(size_t k);
  void grow();

  ir::Graph& graph_;
  std::vector<bool> alive_;
  std::vector<int32_t> producer_;
  std::vector<std::vector<int32_t>> consumers_;
  std::vector<bool> is_output_, is_input_;
  bool changed_ = false;
};

/// "Conv 'a' + Relu 'b'", without what is empty or named already.
std::string join_sources(const std::string& a, const std::string& b);

}  // namespace midge
