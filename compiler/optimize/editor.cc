#include "compiler/optimize/editor.h"

#include <algorithm>
#include <stdexcept>

namespace midge {

using ir::Op;

Editor::Editor(ir::Graph& graph) : graph_(graph), alive_(graph.ops.size(), true) {
  grow();
  for (size_t k = 0; k < graph_.ops.size(); ++k) enter(k);
  for (const int32_t t : graph_.outputs) is_output_[static_cast<size_t>(t)] = true;
  for (const int32_t t : graph_.inputs) is_input_[static_cast<size_t>(t)] = true;
}

void Editor::grow() {
  const size_t n = graph_.tensors.size();
  producer_.resize(n, -1), consumers_.resize(n), is_output_.resize(n), is_input_.resize(n);
}

void Editor::enter(size_t k) {
  for (const int32_t t : graph_.ops[k].outputs) producer_[static_cast<size_t>(t)] = static_cast<int32_t>(k);
  for (const int32_t t : graph_.ops[k].inputs) {
    if (t >= 0) consumers_[static_cast<size_t>(t)].push_back(static_cast<int32_t>(k));
  }
}

void Editor::leave(size_t k) {
  for (const int32_t t : graph_.ops[k].outputs) {
    if (producer_[static_cast<size_t>(t)] == static_cast<int32_t>(k)) producer_[static_cast<size_t>(t)] = -1;
  }
  for (const int32_t t : graph_.ops[k].inputs) {
    if (t < 0) continue;
    std::vector<int32_t>& list = consumers_[static_cast<size_t>(t)];
    const auto at = std::find(list.begin(), list.end(), static_cast<int32_t>(k));
    if (at != list.end()) list.erase(at);
  }
}

const Op* Editor::producer(int32_t t) const {
  const int32_t k = producer_index(t);
  return k < 0 ? nullptr : &graph_.ops[static_cast<size_t>(k)];
}

int32_t Editor::producer_index(int32_t t) const { return t < 0 ? -1 : producer_[static_cast<size_t>(t)]; }

int32_t Editor::made_by(int32_t t, Builtin code) const {
  const Op* op = producer(t);
  return op != nullptr && op->code == code && op->outputs.size() == 1 ? producer_index(t) : -1;
}

const std::vector<int32_t>& Editor::consumers(int32_t t) const { return consumers_[static_cast<size_t>(t)]; }
bool Editor::is_output(int32_t t) const { return is_output_[static_cast<size_t>(t)]; }
bool Editor::is_input(int32_t t) const { return is_input_[static_cast<size_t>(t)]; }

int32_t Editor::add(ir::Tensor t) {
  const int32_t i = graph_.add(std::move(t));
  grow();
  return i;
}

int32_t Editor::add_int32(const std::string& name, const std::vector<int32_t>& values) {
  const int32_t i = graph_.add_int32(name, values);
  grow();
  return i;
}

int32_t Editor::add_floats(const std::string& name, ir::Dims dims, std::span<const float> values) {
  const int32_t i = graph_.add_floats(name, std::move(dims), values);
  grow();
  return i;
}

size_t Editor::append(Op op) {
  graph_.ops.push_back(std::move(op));
  alive_.push_back(true);
  grow();
  enter(graph_.ops.size() - 1);
  changed_ = true;
  return graph_.ops.size() - 1;
}

void Editor::replace(size_t k, Op op) {
  leave(k);
  graph_.ops[k] = std::move(op);
  grow();
  enter(k);
  changed_ = true;
}

void Editor::erase(size_t k) {
  leave(k);
  alive_[k] = false;
  changed_ = true;
}

void Editor::replace_uses(int32_t from, int32_t to) {
  std::vector<int32_t> readers = std::move(consumers_[static_cast<size_t>(from)]);
  consumers_[static_cast<size_t>(from)].clear();
  for (const int32_t k : readers) {  // an operator that reads it twice stands there twice, and is found changed the second time
    std::vector<int32_t>& inputs = graph_.ops[static_cast<size_t>(k)].inputs;
    std::replace(inputs.begin(), inputs.end(), from, to);
    consumers_[static_cast<size_t>(to)].push_back(k);
  }
  if (is_output_[static_cast<size_t>(from)]) {
    std::replace(graph_.outputs.begin(), graph_.outputs.end(), from, to);
    is_output_[static_cast<size_t>(from)] = false, is_output_[static_cast<size_t>(to)] = true;
  }
  changed_ = true;
}

bool Editor::bypass(size_t k, int32_t in, int32_t out) {
  if (!is_output(out)) {
    erase(k);
    replace_uses(out, in);
    return true;
  }
  const int32_t maker = producer_index(in);
  if (maker < 0 || is_output(in)) return false;
  erase(k);
  Op op = graph_.ops[static_cast<size_t>(maker)];
  std::replace(op.outputs.begin(), op.outputs.end(), in, out);
  replace_uses(in, out);
  replace(static_cast<size_t>(maker), std::move(op));
  return true;
}

void Editor::absorb(size_t k, size_t last, Op changed) {
  changed.outputs = graph_.ops[last].outputs;
  changed.source = join_sources(changed.source, graph_.ops[last].source);
  erase(last);
  replace(k, std::move(changed));
}

bool Editor::finish() {
  if (!changed_) return false;
  std::vector<Op> kept;
  for (size_t k = 0; k < graph_.ops.size(); ++k) {
    if (alive_[k]) kept.push_back(std::move(graph_.ops[k]));
  }
  graph_.ops = std::move(kept);
  if (!graph_.sort()) throw std::logic_error("a pass made a cycle");
  graph_.remove_dead();
  return true;
}

std::string join_sources(const std::string& a, const std::string& b) {
  if (a.empty() || b.find(a) != std::string::npos) return b;
  if (b.empty() || a.find(b) != std::string::npos) return a;
  constexpr size_t kMost = 300;  // a long chain is not named link by link
  return a.size() + b.size() > kMost ? a : a + " + " + b;
}

}  // namespace midge
