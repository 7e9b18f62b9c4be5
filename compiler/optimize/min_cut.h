// The cheapest way to split nodes into two sides, by maximum flow (Dinic: level graphs and blocking flows).
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace midge {

class MinCut {
 public:
  static constexpr int64_t kNever = int64_t{1} << 60;  ///< the price of what must not happen

  /// Nodes 0 and 1 are there: 0 is on side 0, 1 on side 1.
  MinCut() : edges_of_(2) {}
  int32_t add_node();
  /// Costs `price` if `a` is on side 0 and `b` on side 1.
  void add_edge(int32_t a, int32_t b, int64_t price);
  /// The least total price; kNever or more if something that must not happen has to.
  int64_t solve();
  /// After solve(): the node is on side 1. Where the price leaves it open, it is.
  bool side(int32_t node) const { return level_[static_cast<std::size_t>(node)] < 0; }

 private:
  struct Edge {
    int32_t to;
    int64_t left;
  };
  bool find_levels();
  int64_t push();

  std::vector<Edge> edges_;  ///< an edge and its reverse lie next to each other
  std::vector<std::vector<int32_t>> edges_of_;
  std::vector<int32_t> level_;
  std::vector<std::size_t> next_;
};

}  // namespace midge
