// The compiler's representation of a network: operators of the .tflite format over tensors, in an order in which they can run.
//
// Every importer makes one, every pass of optimize/ and quantize/ changes one, emit/ writes one as a .tflite file. Operators are the
// format's own (activations are NHWC, weights OHWI), so that what is printed is what will run, and so that any operator can be
// executed, at any stage, by the kernels that the device has (execute/one_op.h). text.h prints and parses it; verify.h says what
// makes a graph sound, and runs after each stage.
//
// A tensor is named by its index in Graph::tensors. Passes add tensors and leave dead ones behind; compact() removes these.
#pragma once
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "model/schema.h"

namespace midge::ir {

using Bytes = std::vector<uint8_t>;
using Dims = std::vector<int32_t>;

/// real = scale * (stored - zero_point), with one scale or one a channel of `dimension`.
struct Quantization {
  std::vector<float> scales;         ///< empty: not quantised
  std::vector<int64_t> zero_points;  ///< as many as scales
  int32_t dimension = 0;             ///< the axis of the channels, where there is more than one scale

  bool present() const { return !scales.empty(); }
  bool per_channel() const { return scales.size() > 1; }
  bool operator==(const Quantization&) const = default;
};

struct Tensor {
  std::string name;
  Type type = Type::kFloat32;
  Dims dims;  ///< -1: open until run time (the importers refuse it unless the user gives a size)
  Quantization quantization;
  std::shared_ptr<const Bytes> data;  ///< a constant's elements, little-endian; null where the tensor is computed. Shared: never changed in place
  bool is_variable = false;

  bool constant() const { return data != nullptr; }
  /// Product of the dimensions.
  int64_t count() const;
  /// Of its elements; int4 and int2 are packed, as in the file.
  size_t bytes() const;

  /// A constant's elements. Its type must be T's.
  template <class T>
  std::span<const T> values() const {
    return {reinterpret_cast<const T*>(data->data()), data->size() / sizeof(T)};
  }
  template <class T>
  void set_values(std::span<const T> v) {
    data = std::make_shared<Bytes>(reinterpret_cast<const uint8_t*>(v.data()), reinterpret_cast<const uint8_t*>(v.data() + v.size()));
  }
};

/// One option of an operator: integers, booleans and enumerations as int64_t.
using Option = std::variant<int64_t, double, std::vector<int32_t>, std::vector<float>, std::string>;

struct Op {
  Builtin code = Builtin::CUSTOM;
  std::vector<int32_t> inputs;  ///< -1: an optional input that is absent
  std::vector<int32_t> outputs;
  std::vector<int32_t> intermediates;
  /// By the names of options.def. One that is absent has the format's default.
  std::map<std::string, Option> options;
  std::string custom_name;  ///< of Builtin::CUSTOM
  Bytes custom_options;
  int32_t version = 0;  ///< 0: the emitter takes the lowest that the types and options need
  std::string source;  ///< the node that it comes from, for messages: "Conv 'layer1/conv'"

  /// An option, or the format's default.
  int64_t integer(const std::string& name) const;
  double real(const std::string& name) const;
  std::vector<int32_t> integers(const std::string& name) const;
  /// fused_activation_function; kNone where the operator has none.
  Activation activation() const;
  Padding padding() const { return static_cast<Padding>(integer("padding")); }
  void set(const std::string& name, Option value) { options[name] = std::move(value); }
  int32_t input(size_t i) const { return i < inputs.size() ? inputs[i] : -1; }
};

struct Graph {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<Op> ops;  ///< each after those that make its inputs
  std::vector<int32_t> inputs, outputs;

  int32_t add(Tensor t) {
    tensors.push_back(std::move(t));
    return static_cast<int32_t>(tensors.size()) - 1;
  }
  int32_t add_constant(std::string name, Type type, Dims dims, Bytes data);
  /// A vector of int32, as axes and shapes are given.
  int32_t add_int32(std::string name, const std::vector<int32_t>& values);
  int32_t add_floats(std::string name, Dims dims, std::span<const float> values);
  Tensor& operator[](int32_t i) { return tensors[static_cast<size_t>(i)]; }
  const Tensor& operator[](int32_t i) const { return tensors[static_cast<size_t>(i)]; }

  /// Uses of `from` as an operator's input become uses of `to`; also as a graph output.
  void replace_uses(int32_t from, int32_t to);
  /// Removes operators without effect and tensors that nothing uses. Graph inputs stay.
  void remove_dead();
  /// Puts the operators into an order in which each follows its producers, keeping theirs where it can. False on a cycle.
  bool sort();
};

/// Who makes and who reads each tensor. A snapshot: made again after a change.
struct Uses {
  explicit Uses(const Graph& graph);
  std::vector<int32_t> producer;  ///< index of an operator, or -1
  std::vector<std::vector<int32_t>> consumers;  ///< indices of operators, once for each use
  std::vector<bool> is_output;

  /// The tensor is read by exactly one operator and is no graph output.
  bool single(int32_t tensor) const {
    return consumers[static_cast<size_t>(tensor)].size() == 1 && !is_output[static_cast<size_t>(tensor)];
  }
};

/// How a graph input or output of the source model was turned: graph dimension i is the source's dimension permutation[i]. Empty: as it was.
struct IoLayout {
  std::vector<std::vector<int32_t>> inputs, outputs;  ///< an entry each, or empty lists where nothing was turned
};

/// Names by which an application reaches a graph's inputs and outputs. A position counts in Graph::inputs or outputs.
struct Signature {
  std::string key;  ///< "serving_default"
  int32_t graph = 0;
  std::vector<std::pair<std::string, int32_t>> inputs, outputs;

  bool operator==(const Signature&) const = default;
};

/// A whole file. graphs[0] is the main one; the others are called by IF, WHILE and CALL_ONCE through their index.
struct Module {
  std::vector<Graph> graphs;
  std::string description;
  std::map<std::string, Bytes> metadata;
  std::vector<Signature> signatures;
  IoLayout io;

  Graph& main() { return graphs.front(); }
  const Graph& main() const { return graphs.front(); }
};

/// "CONV_2D" or "CUSTOM Name"; with its source where that is known: "CONV_2D (Conv 'layer1/conv')".
std::string describe(const Op& op);
/// "int8[1,4,4,8]"
std::string type_and_dims(const Tensor& t);

}  // namespace midge::ir
