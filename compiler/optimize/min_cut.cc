#include "compiler/optimize/min_cut.h"

#include <algorithm>

namespace midge {

int32_t MinCut::add_node() {
  edges_of_.emplace_back();
  return static_cast<int32_t>(edges_of_.size()) - 1;
}

void MinCut::add_edge(int32_t a, int32_t b, int64_t price) {
  edges_of_[static_cast<size_t>(a)].push_back(static_cast<int32_t>(edges_.size()));
  edges_.push_back({b, price});
  edges_of_[static_cast<size_t>(b)].push_back(static_cast<int32_t>(edges_.size()));
  edges_.push_back({a, 0});
}

bool MinCut::find_levels() {
  level_.assign(edges_of_.size(), -1);
  level_[0] = 0;
  std::vector<int32_t> queue = {0};
  for (size_t i = 0; i < queue.size(); ++i) {
    for (const int32_t k : edges_of_[static_cast<size_t>(queue[i])]) {
      const Edge& edge = edges_[static_cast<size_t>(k)];
      int32_t& level = level_[static_cast<size_t>(edge.to)];
      if (edge.left == 0 || level >= 0) continue;
      level = level_[static_cast<size_t>(queue[i])] + 1;
      queue.push_back(edge.to);
    }
  }
  return level_[1] >= 0;
}

/// One path of the level graph, followed without recursion: graphs are deep. Returns what it took; 0 when the flow is blocking.
int64_t MinCut::push() {
  std::vector<int32_t> path;
  int32_t at = 0;
  while (at != 1) {
    size_t& next = next_[static_cast<size_t>(at)];
    const auto& list = edges_of_[static_cast<size_t>(at)];
    bool moved = false;
    for (; next < list.size(); ++next) {
      const Edge& edge = edges_[static_cast<size_t>(list[next])];
      if (edge.left == 0 || level_[static_cast<size_t>(edge.to)] != level_[static_cast<size_t>(at)] + 1) continue;
      path.push_back(list[next]);
      at = edge.to;
      moved = true;
      break;
    }
    if (moved) continue;
    if (path.empty()) return 0;
    at = edges_[static_cast<size_t>(path.back() ^ 1)].to;  // a dead end: back, and past it
    ++next_[static_cast<size_t>(at)];
    path.pop_back();
  }
  int64_t least = kNever;
  for (const int32_t k : path) least = std::min(least, edges_[static_cast<size_t>(k)].left);
  for (const int32_t k : path) edges_[static_cast<size_t>(k)].left -= least, edges_[static_cast<size_t>(k ^ 1)].left += least;
  return least;
}

int64_t MinCut::solve() {
  int64_t total = 0;
  while (find_levels()) {
    next_.assign(edges_of_.size(), 0);
    while (const int64_t flow = push()) {
      total += flow;
      if (total >= kNever) return total;
    }
  }
  return total;
}

}  // namespace midge
