// What the converters of layers are written with: operators are added one by one, and each knows its output's shape at once.
#pragma once
#include <nlohmann/json.hpp>

#include "compiler/import/import.h"
#include "compiler/import/keras/weights.h"

namespace midge::keras {

using Json = nlohmann::json;
using Tensors = std::vector<int32_t>;

class Builder {
 public:
  explicit Builder(std::string file) : file_(std::move(file)) {}

  ir::Graph graph;
  int keras_version = 3;  ///< 2 or 3: a few activations differ

  /// The layer that is being converted: for names and messages.
  void enter(const std::string& class_name, const std::string& layer_name);
  [[noreturn]] void fail(const std::string& message, const std::string& hint = "") const;

  const ir::Dims& dims(int32_t t) const { return graph[t].dims; }
  int32_t op(Builtin code, Tensors inputs, std::map<std::string, ir::Option> options = {});
  int32_t floats(ir::Dims dims, std::span<const float> values);
  int32_t scalar(float v) { return floats({}, std::span(&v, 1)); }
  int32_t ints(const std::vector<int32_t>& values);
  int32_t reshape(int32_t x, const ir::Dims& to);
  int32_t add(int32_t a, int32_t b) { return op(Builtin::ADD, {a, b}); }
  int32_t mul(int32_t a, int32_t b) { return op(Builtin::MUL, {a, b}); }
  int32_t sub(int32_t a, int32_t b) { return op(Builtin::SUB, {a, b}); }

 private:
  std::string file_, class_name_, layer_name_;
  std::map<std::string, int> names_;
};

/// A layer's config with checked access.
struct Layer {
  Builder& b;
  const Json& config;
  std::vector<Array> weights;

  int64_t integer(const char* key, int64_t fallback) const;
  double real(const char* key, double fallback) const;
  bool flag(const char* key, bool fallback) const;
  std::string text(const char* key, const char* fallback) const;
  /// One number or a list of `n`.
  std::vector<int32_t> pair(const char* key, size_t n, int32_t fallback) const;
  const Array& weight(size_t i) const;
};

/// An activation by its name, or by its config.
int32_t activate(Builder& b, int32_t x, const Json& activation);

using Convert = Tensors (*)(const Layer& layer, const Tensors& inputs);
/// Null if the class is not known.
Convert find_layer(const std::string& class_name);

}  // namespace midge::keras
