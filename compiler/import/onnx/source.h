// A network of ONNX operators in memory, whichever file it comes from: protobuf.cc and ../ort/ort.cc fill it, lowering reads it.
// Element types that a microcontroller has no arithmetic for (float16, bfloat16, float64) are widened or narrowed to float32 here.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/graph.h"

namespace midge::onnx {

/// Element types, with ONNX's own values.
enum class Element : int32_t {
  kUndefined = 0,
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kUint16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kString = 8,
  kBool = 9,
  kFloat16 = 10,
  kDouble = 11,
  kUint32 = 12,
  kUint64 = 13,
  kBfloat16 = 16,
  kUint4 = 21,
  kInt4 = 22,
};

/// The type that it has in the graph; nothing where there is none (strings, complex numbers, float8).
std::optional<Type> graph_type(Element e);
std::string element_name(Element e);

/// A constant. `data` holds elements of `type`; 4-bit ones are unpacked to 8.
struct Constant {
  std::string name;
  Element element = Element::kUndefined;
  std::vector<int64_t> dims;
  std::shared_ptr<const ir::Bytes> data;  ///< null: strings, or a type without a counterpart
  std::vector<std::string> strings;
};

struct Value {
  std::string name;
  Element element = Element::kUndefined;
  std::vector<int64_t> dims;  ///< -1: open
  std::vector<std::string> symbols;  ///< the names of open dimensions, or ""
  bool has_shape = false;
};

struct Body;

struct Attribute {
  enum class Kind : uint8_t { kNone, kFloat, kInt, kString, kTensor, kGraph, kFloats, kInts, kStrings };
  Kind kind = Kind::kNone;
  int64_t i = 0;
  float f = 0;
  std::string s;
  std::vector<int64_t> ints;
  std::vector<float> floats;
  std::vector<std::string> strings;
  std::shared_ptr<Constant> tensor;
  std::shared_ptr<Body> graph;
};

struct Node {
  std::string name, type, domain;
  std::vector<std::string> inputs, outputs;
  std::map<std::string, Attribute> attributes;

  bool has(const std::string& key) const { return attributes.count(key) != 0; }
  int64_t integer(const std::string& key, int64_t fallback) const;
  float real(const std::string& key, float fallback) const;
  std::string text(const std::string& key, const std::string& fallback = "") const;
  std::vector<int64_t> ints(const std::string& key) const;
  std::vector<float> floats(const std::string& key) const;
  std::vector<std::string> strings(const std::string& key) const;
  /// "Conv 'layer1/conv'"; without a name by its first output.
  std::string describe() const;
};

struct Body {
  std::string name;
  std::vector<Node> nodes;
  std::vector<Constant> constants;
  std::vector<Value> inputs, outputs;
};

struct Source {
  Body main;
  std::map<std::string, int64_t> opsets;  ///< by domain; "" is ONNX's own
  std::string producer;
};

/// The elements of a raw tensor as Constant::data holds them. Nothing if there are not exactly `count` elements in `raw`.
std::optional<ir::Bytes> elements_from_raw(Element e, const uint8_t* raw, size_t bytes, uint64_t count);
/// Product of the dimensions; nothing for a negative one or more than 2^31 elements.
std::optional<uint64_t> element_count(const std::vector<int64_t>& dims);

}  // namespace midge::onnx
