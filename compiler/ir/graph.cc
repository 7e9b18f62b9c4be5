#include "compiler/ir/graph.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/ir/options.h"

namespace midge::ir {

int64_t Tensor::count() const {
  int64_t n = 1;
  for (const int32_t d : dims) n *= d;
  return n;
}

size_t Tensor::bytes() const { return (static_cast<size_t>(count()) * type_bits(type) + 7) / 8; }

namespace {

/// The option's value, or null; throws nothing: a value of another kind reads as absent.
template <class T>
const T* get(const Op& op, const std::string& name) {
  const auto found = op.options.find(name);
  return found == op.options.end() ? nullptr : std::get_if<T>(&found->second);
}

}  // namespace

int64_t Op::integer(const std::string& name) const {
  if (const int64_t* v = get<int64_t>(*this, name)) return *v;
  const OptionInfo* info = find_option(code, name);
  return info == nullptr ? 0 : static_cast<int64_t>(info->fallback);
}

double Op::real(const std::string& name) const {
  if (const double* v = get<double>(*this, name)) return *v;
  const OptionInfo* info = find_option(code, name);
  return info == nullptr ? 0 : info->fallback;
}

std::vector<int32_t> Op::integers(const std::string& name) const {
  const auto* v = get<std::vector<int32_t>>(*this, name);
  return v == nullptr ? std::vector<int32_t>() : *v;
}

Activation Op::activation() const { return static_cast<Activation>(integer("fused_activation_function")); }

int32_t Graph::add_constant(std::string name, Type type, Dims dims, Bytes data) {
  Tensor t;
  t.name = std::move(name), t.type = type, t.dims = std::move(dims);
  t.data = std::make_shared<Bytes>(std::move(data));
  return add(std::move(t));
}

int32_t Graph::add_int32(std::string name, const std::vector<int32_t>& values) {
  const auto* p = reinterpret_cast<const uint8_t*>(values.data());
  return add_constant(std::move(name), Type::kInt32, {static_cast<int32_t>(values.size())}, Bytes(p, p + values.size() * sizeof(int32_t)));
}

int32_t Graph::add_floats(std::string name, Dims dims, std::span<const float> values) {
  const auto* p = reinterpret_cast<const uint8_t*>(values.data());
  return add_constant(std::move(name), Type::kFloat32, std::move(dims), Bytes(p, p + values.size_bytes()));
}

void Graph::replace_uses(int32_t from, int32_t to) {
  for (Op& op : ops) std::replace(op.inputs.begin(), op.inputs.end(), from, to);
  std::replace(outputs.begin(), outputs.end(), from, to);
}

namespace {

/// Changes something that outlives the inference, or calls what may.
bool has_effect(const Op& op, const Graph& graph) {
  switch (op.code) {
    case Builtin::CALL_ONCE:
    case Builtin::ASSIGN_VARIABLE:
    case Builtin::WHILE:
    case Builtin::IF: return true;
    default: break;
  }
  return std::any_of(op.inputs.begin(), op.inputs.end(), [&](int32_t i) { return i >= 0 && graph[i].is_variable; });
}

}  // namespace

void Graph::remove_dead() {
  std::vector<bool> live(tensors.size());
  for (const int32_t i : outputs) live[static_cast<size_t>(i)] = true;
  for (const int32_t i : inputs) live[static_cast<size_t>(i)] = true;
  std::vector<Op> kept;
  for (auto op = ops.rbegin(); op != ops.rend(); ++op) {
    const bool used = has_effect(*op, *this) ||
                      std::any_of(op->outputs.begin(), op->outputs.end(), [&](int32_t i) { return live[static_cast<size_t>(i)]; });
    if (!used) continue;
    for (const auto* list : {&op->inputs, &op->outputs, &op->intermediates}) {
      for (const int32_t i : *list) {
        if (i >= 0) live[static_cast<size_t>(i)] = true;
      }
    }
    kept.push_back(std::move(*op));
  }
  std::reverse(kept.begin(), kept.end());
  ops = std::move(kept);

  std::vector<int32_t> moved(tensors.size(), -1);
  std::vector<Tensor> left;
  for (size_t i = 0; i < tensors.size(); ++i) {
    if (!live[i]) continue;
    moved[i] = static_cast<int32_t>(left.size());
    left.push_back(std::move(tensors[i]));
  }
  tensors = std::move(left);
  const auto renumber = [&](std::vector<int32_t>& list) {
    for (int32_t& i : list) i = i < 0 ? i : moved[static_cast<size_t>(i)];
  };
  for (Op& op : ops) renumber(op.inputs), renumber(op.outputs), renumber(op.intermediates);
  renumber(inputs), renumber(outputs);
}

bool Graph::sort() {
  const Uses uses(*this);
  std::vector<Op> sorted;
  // Depth first from each operator in turn, so that an order that is right stays as it is. State: 0 new, 1 open, 2 done.
  std::vector<uint8_t> state(ops.size());
  std::vector<std::pair<int32_t, size_t>> stack;
  for (size_t root = 0; root < ops.size(); ++root) {
    if (state[root] != 0) continue;
    stack.emplace_back(static_cast<int32_t>(root), 0);
    state[root] = 1;
    while (!stack.empty()) {
      auto& [i, next] = stack.back();
      const Op& op = ops[static_cast<size_t>(i)];
      if (next == op.inputs.size()) {
        state[static_cast<size_t>(i)] = 2;
        sorted.push_back(op);
        stack.pop_back();
        continue;
      }
      const int32_t in = op.inputs[next++];
      const int32_t before = in < 0 ? -1 : uses.producer[static_cast<size_t>(in)];
      if (before < 0 || state[static_cast<size_t>(before)] == 2) continue;
      if (state[static_cast<size_t>(before)] == 1) return false;
      state[static_cast<size_t>(before)] = 1;
      stack.emplace_back(before, 0);
    }
  }
  ops = std::move(sorted);
  return true;
}

Uses::Uses(const Graph& graph) : producer(graph.tensors.size(), -1), consumers(graph.tensors.size()), is_output(graph.tensors.size()) {
  for (size_t k = 0; k < graph.ops.size(); ++k) {
    for (const int32_t i : graph.ops[k].outputs) producer[static_cast<size_t>(i)] = static_cast<int32_t>(k);
    for (const int32_t i : graph.ops[k].inputs) {
      if (i >= 0) consumers[static_cast<size_t>(i)].push_back(static_cast<int32_t>(k));
    }
  }
  for (const int32_t i : graph.outputs) is_output[static_cast<size_t>(i)] = true;
}

std::string describe(const Op& op) {
  const char* known = builtin_name(static_cast<int32_t>(op.code));
  std::string name = op.code == Builtin::CUSTOM ? "CUSTOM " + op.custom_name : known == nullptr ? "unknown operator" : known;
  if (!op.source.empty()) name += " (" + op.source + ")";
  return name;
}

std::string type_and_dims(const Tensor& t) { return fmt::format("{}[{}]", type_name(t.type), fmt::join(t.dims, ",")); }

}  // namespace midge::ir
