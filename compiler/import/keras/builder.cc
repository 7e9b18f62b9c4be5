#include "compiler/import/keras/builder.h"

#include <fmt/format.h>

#include "compiler/execute/one_op.h"

namespace midge::keras {

void Builder::enter(const std::string& class_name, const std::string& layer_name) { class_name_ = class_name, layer_name_ = layer_name; }

void Builder::fail(const std::string& message, const std::string& hint) const {
  Diagnostic d;
  d.id = "keras", d.file = file_, d.message = message, d.hint = hint;
  if (!layer_name_.empty()) d.message = fmt::format("layer '{}' ({}): {}", layer_name_, class_name_, message);
  throw DiagnosticError(d, 1);
}

int32_t Builder::op(Builtin code, Tensors inputs, std::map<std::string, ir::Option> options) {
  ir::Tensor out;
  const int n = names_[layer_name_]++;
  out.name = layer_name_ + (n == 0 ? "" : "/" + std::to_string(n));
  out.dims = {1};
  ir::Op o;
  o.code = code, o.inputs = std::move(inputs), o.options = std::move(options);
  o.source = class_name_ + " '" + layer_name_ + "'";
  o.outputs = {graph.add(std::move(out))};
  infer_dims(graph, o);
  const int32_t y = o.outputs[0];
  graph.ops.push_back(std::move(o));
  return y;
}

int32_t Builder::floats(ir::Dims dims, std::span<const float> values) {
  for (const float v : values) {
    if (!(v - v == 0)) fail("a weight is not a finite number", "the training has diverged: train again, or load an earlier checkpoint");
  }
  return graph.add_floats(layer_name_ + "/constant", std::move(dims), values);
}

int32_t Builder::ints(const std::vector<int32_t>& values) { return graph.add_int32(layer_name_ + "/constant", values); }

int32_t Builder::reshape(int32_t x, const ir::Dims& to) {
  if (dims(x) == to) return x;
  return op(Builtin::RESHAPE, {x, ints(to)}, {{"new_shape", to}});
}

int64_t Layer::integer(const char* key, int64_t fallback) const {
  const auto found = config.find(key);
  return found == config.end() || !found->is_number() ? fallback : found->get<int64_t>();
}

double Layer::real(const char* key, double fallback) const {
  const auto found = config.find(key);
  return found == config.end() || !found->is_number() ? fallback : found->get<double>();
}

bool Layer::flag(const char* key, bool fallback) const {
  const auto found = config.find(key);
  return found == config.end() || !found->is_boolean() ? fallback : found->get<bool>();
}

std::string Layer::text(const char* key, const char* fallback) const {
  const auto found = config.find(key);
  return found == config.end() || !found->is_string() ? fallback : found->get<std::string>();
}

std::vector<int32_t> Layer::pair(const char* key, size_t n, int32_t fallback) const {
  const auto found = config.find(key);
  std::vector<int32_t> out(n, fallback);
  if (found == config.end() || found->is_null()) return out;
  if (found->is_number_integer()) return std::vector<int32_t>(n, found->get<int32_t>());
  if (!found->is_array() || found->size() != n) b.fail(fmt::format("{} is {}, {} numbers are wanted", key, found->dump(), n));
  for (size_t i = 0; i < n; ++i) {
    if (!(*found)[i].is_number_integer()) b.fail(fmt::format("{} is {}", key, found->dump()));
    out[i] = (*found)[i].get<int32_t>();
  }
  return out;
}

const Array& Layer::weight(size_t i) const {
  if (i >= weights.size())
    b.fail(fmt::format("weight {} is missing: the file has {} for it", i, weights.size()), "save the whole model, not its weights alone");
  return weights[i];
}

}  // namespace midge::keras
