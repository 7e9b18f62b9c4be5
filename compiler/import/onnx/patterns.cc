#include "compiler/import/onnx/patterns.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

namespace midge::onnx {
namespace {

/// Who makes and who reads each name, and the scalars among the constants.
struct Names {
  explicit Names(const Body& body) {
    for (size_t i = 0; i < body.nodes.size(); ++i) {
      const Node& n = body.nodes[i];
      for (const std::string& o : n.outputs) maker[o] = i;
      for (const std::string& in : n.inputs) readers[in].push_back(i);
      const auto value = n.attributes.find("value");
      if (n.type == "Constant" && value != n.attributes.end() && value->second.tensor && n.outputs.size() == 1) {
        note(n.outputs[0], *value->second.tensor);
      }
    }
    for (const Constant& c : body.constants) note(c.name, c);
    for (const Value& v : body.outputs) readers[v.name].push_back(body.nodes.size());
  }
  void note(const std::string& name, const Constant& c) {
    if (!c.data || graph_type(c.element) != Type::kFloat32 || c.data->size() != sizeof(float)) return;
    float v;
    std::memcpy(&v, c.data->data(), sizeof v);
    scalars[name] = v;
  }
  bool is(const std::string& name, double value) const {
    const auto s = scalars.find(name);
    return s != scalars.end() && std::fabs(static_cast<double>(s->second) - value) < 1e-3 * std::fabs(value);
  }
  std::map<std::string, size_t> maker;
  std::map<std::string, std::vector<size_t>> readers;
  std::map<std::string, float> scalars;
};

/// The other input of a node with two.
const std::string* other(const Node& n, const std::string& one) {
  if (n.inputs.size() != 2) return nullptr;
  return n.inputs[0] == one ? &n.inputs[1] : &n.inputs[0];
}

const Node* only_reader(const Body& body, const Names& names, const std::string& name, const char* type) {
  const auto r = names.readers.find(name);
  if (r == names.readers.end() || r->second.size() != 1 || r->second[0] >= body.nodes.size()) return nullptr;
  const Node& n = body.nodes[r->second[0]];
  return n.type == type ? &n : nullptr;
}

/// If `name` is x * 0.5 with x the given one, the name of x stands for both.
bool is_half_of(const Body& body, const Names& names, const std::string& name, const std::string& x) {
  const auto m = names.maker.find(name);
  if (m == names.maker.end()) return false;
  const Node& n = body.nodes[m->second];
  if (n.inputs.size() != 2 || (n.inputs[0] != x && n.inputs[1] != x)) return false;
  const std::string& factor = *other(n, x);
  return (n.type == "Mul" && names.is(factor, 0.5)) || (n.type == "Div" && n.inputs[0] == x && names.is(factor, 2));
}

/// Turns the Erf's pattern into Gelu; false if it is none.
bool fuse(Body& body, const Names& names, const Node& erf) {
  const double root = std::sqrt(2.0);
  const auto scaled = names.maker.find(erf.inputs.at(0));
  if (scaled == names.maker.end() || erf.outputs.size() != 1) return false;
  const Node& s = body.nodes[scaled->second];
  if (s.inputs.size() != 2) return false;
  std::string x;
  if (s.type == "Div" && names.is(s.inputs[1], root)) x = s.inputs[0];
  for (size_t i = 0; i < 2; ++i) {
    if (s.type == "Mul" && names.is(s.inputs[i], 1 / root)) x = s.inputs[1 - i];
  }
  const Node* add = only_reader(body, names, erf.outputs[0], "Add");
  if (x.empty() || add == nullptr || !names.is(*other(*add, erf.outputs[0]), 1)) return false;
  const Node* first = only_reader(body, names, add->outputs[0], "Mul");
  if (first == nullptr) return false;
  const std::string& factor = *other(*first, add->outputs[0]);
  const Node* last = nullptr;
  if (is_half_of(body, names, factor, x)) {
    last = first;
  } else if (factor == x || names.is(factor, 0.5)) {
    const Node* second = only_reader(body, names, first->outputs[0], "Mul");
    if (second == nullptr) {
      second = only_reader(body, names, first->outputs[0], "Div");
      if (second == nullptr || factor != x || second->inputs[0] != first->outputs[0] || !names.is(second->inputs.at(1), 2)) return false;
    } else {
      const std::string& rest = *other(*second, first->outputs[0]);
      if (factor == x ? !names.is(rest, 0.5) : rest != x) return false;
    }
    last = second;
  }
  if (last == nullptr) return false;
  Node& gelu = body.nodes[static_cast<size_t>(last - body.nodes.data())];
  gelu.type = "Gelu", gelu.domain.clear();
  gelu.inputs = {x};
  return true;
}

}  // namespace

void fuse_gelu(Body& body) {
  bool any = true;
  while (any) {
    any = false;
    const Names names(body);
    for (const Node& n : body.nodes) {
      if (n.type != "Erf" || n.inputs.size() != 1) continue;
      if (n.outputs.empty() || !fuse(body, names, n)) continue;
      // What led to it has lost its reader: the Erf, and whatever still reads what is gone.
      std::set<std::string> gone = {n.outputs[0]};
      std::erase_if(body.nodes, [&](const Node& d) { return !d.outputs.empty() && gone.count(d.outputs[0]) != 0; });
      for (size_t before = 0; before != body.nodes.size();) {
        before = body.nodes.size();
        std::erase_if(body.nodes, [&](const Node& d) {
          const bool lost = std::any_of(d.inputs.begin(), d.inputs.end(), [&](const std::string& i) { return gone.count(i) != 0; });
          if (lost && !d.outputs.empty()) gone.insert(d.outputs[0]);
          return lost;
        });
      }
      any = true;
      break;
    }
  }
}

}  // namespace midge::onnx
