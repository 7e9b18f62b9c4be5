// Functions between layers: the table, their arguments, and those that compute element by element.
#include "compiler/import/keras/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace midge::keras {
namespace {

constexpr size_t kMostConstant = size_t{1} << 24;  // elements
constexpr size_t kByName = 64;  // a place that no argument has

struct FunctionInfo {
  FunctionConverter convert;
  Builtin code;
};

/// "tf.math.reduce_mean", "ReduceMean" -> "reducemean"
std::string plain_name(const std::string& name) {
  std::string out;
  for (const char c : name.substr(name.rfind('.') == std::string::npos ? 0 : name.rfind('.') + 1)) {
    if (c != '_') out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

/// TensorFlow's functions name themselves in the configuration.
std::string name_of(Lowering& l) {
  const std::string& type = l.layer().type;
  return type == "TFOpLambda" ? l.text("function", "") : type == "SlicingOpLambda" ? "getitem" : type;
}

/// The elements of nested lists. `dims` are those of the first element at each level; every list must have them.
void flatten(Lowering& l, const Json& value, size_t depth, Dims& dims, std::vector<float>& out) {
  if (value.is_array()) {
    if (depth == dims.size() && out.empty() && depth < 6) dims.push_back(static_cast<int32_t>(value.size()));
    if (depth >= dims.size() || value.size() != static_cast<size_t>(dims[depth]))
      l.refuse("a constant has no shape", "the file is damaged");
    for (const Json& v : value) flatten(l, v, depth + 1, dims, out);
  } else {
    if (depth != dims.size() || !(value.is_number() || value.is_boolean()) || out.size() >= kMostConstant)
      l.refuse("a constant is no array of numbers", "the file is damaged");
    out.push_back(value.is_boolean() ? static_cast<float>(value.get<bool>()) : value.get<float>());
  }
}

const Json& inner_value(const Json& argument) {
  const Json* v = &argument;
  if (v->is_object() && v->contains("config") && (*v)["config"].is_object() && (*v)["config"].contains("value"))
    v = &(*v)["config"]["value"];
  return *v;
}

}  // namespace

const Json& option(Lowering& l, int place, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const Json& a = l.argument(kByName, name);
    if (!a.is_null()) return a;
  }
  if (place >= 0) {
    const Json& a = l.argument(static_cast<size_t>(place), "");
    if (!a.is_null()) return a;
  }
  for (const char* name : names) {
    const Json& a = l.value(name);
    if (!a.is_null()) return a;
  }
  static const Json none;
  return none;
}

int32_t operand(Lowering& l, const Json& argument) {
  if (argument.is_object() && argument.contains("input") && argument["input"].is_number_unsigned()) return l.in(argument["input"]);
  if (argument.is_null()) l.refuse("an argument is missing", "the file is damaged");
  Dims dims;
  std::vector<float> values;
  flatten(l, inner_value(argument), 0, dims, values);
  return l.floats(dims, values);
}

int32_t operand(Lowering& l, int place, std::initializer_list<const char*> names) { return operand(l, option(l, place, names)); }

bool truth(Lowering& l, const Json& a, bool fallback) {
  if (a.is_null()) return fallback;
  if (!a.is_boolean()) l.refuse("an argument is neither true nor false", "the file is damaged");
  return a;
}

int32_t whole(Lowering& l, const Json& a, int32_t fallback) {
  const Json& v = inner_value(a);
  if (v.is_null()) return fallback;
  if (!v.is_number_integer() || std::fabs(v.get<double>()) > 1 << 30) l.refuse("an argument is no whole number", "give a constant");
  return v;
}

std::vector<int32_t> wholes(Lowering& l, const Json& a) {
  const Json& v = inner_value(a);
  if (v.is_null()) l.refuse("an argument is missing", "the file is damaged");
  if (!v.is_array()) return {whole(l, v, 0)};
  if (v.size() > 64) l.refuse("an argument is too long", "the file is damaged");
  std::vector<int32_t> out;
  for (const Json& e : v) {
    if (e.is_object() && e.contains("input")) l.refuse("an argument is computed where a constant is needed", "give the numbers");
    if (e.is_null()) l.refuse("an argument is no list of numbers", "the file is damaged");
    out.push_back(whole(l, e, 0));
  }
  return out;
}

void convert_function(Lowering& l) {
  static const std::map<std::string, FunctionInfo> all = {
#define MIDGE_FUNCTION(name, converter, code) {#name, {function_##converter, Builtin::code}},
#include "compiler/import/keras/functions.def"
  };
  const auto found = all.find(plain_name(name_of(l)));
  if (found == all.end()) {
    l.refuse(fmt::format("the function {} is not supported", name_of(l)),
             "docs/keras.md lists those that are; use layers instead, or "
             "export the model as ONNX");
  }
  found->second.convert(l, found->second.code);
}

namespace {

constexpr std::initializer_list<const char*> kFirst = {"x",      "x1",           "a",      "inputs",   "input",
                                                       "tensor", "input_tensor", "logits", "features", "t"};
constexpr std::initializer_list<const char*> kSecond = {"y", "x2", "b"};

int32_t first(Lowering& l) { return operand(l, 0, kFirst); }

/// One type for both: a constant takes the input's, and of two inputs both become floats.
void same_type(Lowering& l, int32_t& a, int32_t& b) {
  if (l.type(a) == l.type(b)) return;
  const Tensors& inputs = l.layer().inputs;
  const bool input_a = std::find(inputs.begin(), inputs.end(), a) != inputs.end();
  const bool input_b = std::find(inputs.begin(), inputs.end(), b) != inputs.end();
  const Type type = input_a == input_b ? Type::kFloat32 : l.type(input_a ? a : b);
  a = l.cast(a, type), b = l.cast(b, type);
}

}  // namespace

void function_binary(Lowering& l, Builtin code) {
  int32_t a = first(l), b = operand(l, 1, kSecond);
  same_type(l, a, b);
  l.out(l.op(code, {a, b}));
}

void function_power(Lowering& l, Builtin code) {
  const Json& exponent = option(l, 1, kSecond);
  if (exponent == 1) return l.out(first(l));
  if (exponent == 2) {
    const int32_t x = first(l);
    return l.out(l.mul(x, x));
  }
  if (exponent == 0.5) return l.out(l.op(Builtin::SQRT, {first(l)}));
  function_binary(l, code);
}

void function_compare(Lowering& l, Builtin code) {
  int32_t a = first(l), b = operand(l, 1, kSecond);
  same_type(l, a, b);
  l.out(l.op(code, {a, b}, {}, Type::kBool));
}

void function_where(Lowering& l, Builtin code) {
  const int32_t condition = operand(l, 0, {"condition"});
  if (l.type(condition) != Type::kBool) l.refuse("its condition is no truth value", "compare first");
  int32_t a = operand(l, 1, {"x1", "x"}), b = operand(l, 2, {"x2", "y"});
  same_type(l, a, b);
  l.out(l.op(code, {condition, a, b}, {}, l.type(a)));
}

void function_unary(Lowering& l, Builtin code) { l.out(l.op(code, {first(l)})); }
void function_same(Lowering& l, Builtin) { l.out(first(l)); }

void function_activation(Lowering& l, Builtin) {
  std::string name = plain_name(name_of(l));
  if (name.rfind("hard", 0) == 0) name = fmt::format("hard_{}", name.substr(4));
  l.out(l.activate(first(l), name));
}

void function_elu(Lowering& l, Builtin) {
  const Json& alpha = option(l, 1, {"alpha"});
  if (!alpha.is_null() && alpha != 1) l.refuse("its alpha is not 1", "use the layer ELU");
  l.out(l.activate(first(l), "elu"));
}

void function_leaky_relu(Lowering& l, Builtin code) {
  const Json& slope = inner_value(option(l, 1, {"negative_slope", "alpha"}));
  if (!slope.is_null() && !slope.is_number()) l.refuse("its slope is no number", "the file is damaged");
  l.out(l.op(code, {first(l)}, {{"alpha", slope.is_null() ? 0.2 : slope.get<double>()}}));
}

void function_gelu(Lowering& l, Builtin code) {
  const bool approximate = l.layer().type != "TFOpLambda";  // the default of keras.ops, not of TensorFlow
  l.out(l.op(code, {first(l)}, {{"approximate", int64_t{truth(l, option(l, 1, {"approximate"}), approximate)}}}));
}

void function_softmax(Lowering& l, Builtin code) {
  const int32_t x = first(l), rank = l.rank(x);
  const Json& given = option(l, 1, {"axis", "dim"});
  if (given.is_array()) l.refuse("it goes over several axes", "reshape, so that it goes over one");
  if (l.axis(whole(l, given, -1), rank) != rank - 1) l.refuse("it goes over another axis than the last", "use the layer Softmax");
  l.out(code == Builtin::SOFTMAX ? l.op(code, {x}, {{"beta", 1.0}}) : l.op(code, {x}));
}

void function_clip(Lowering& l, Builtin) {
  int32_t x = first(l);
  for (const bool low : {true, false}) {
    const Json& limit = low ? option(l, 1, {"x_min", "clip_value_min"}) : option(l, 2, {"x_max", "clip_value_max"});
    if (limit.is_null()) continue;
    const int32_t bound = l.cast(operand(l, limit), l.type(x));
    x = l.op(low ? Builtin::MAXIMUM : Builtin::MINIMUM, {x, bound});
  }
  l.out(x);
}

void function_cast(Lowering& l, Builtin) {
  const Json& to = option(l, 1, {"dtype"});
  static const std::map<std::string, Type> types = {{"float32", Type::kFloat32}, {"float16", Type::kFloat32}, {"float64", Type::kFloat32},
                                                    {"int32", Type::kInt32},     {"int64", Type::kInt64},     {"bool", Type::kBool}};
  const auto found = to.is_string() ? types.find(to.get<std::string>()) : types.end();
  if (found == types.end()) l.refuse("it casts to a type that is not supported", "cast to float32 or int32");
  l.out(l.cast(first(l), found->second));
}

}  // namespace midge::keras
