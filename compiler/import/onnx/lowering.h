// Lowering: what a converter of an ONNX operator is written with. It adds operators of the graph, one after the other; each gets
// its dimensions from the device's own prepare() as soon as it is added, and is computed at once where all of its inputs are
// constants, so that the integer arithmetic that exporters write for shapes is gone when it is needed.
//
// Tensors are named by their index in the graph. A float constant that came out of a DequantizeLinear keeps its scales in
// Tensor::quantization, through transpositions and reshapes, until qdq.cc has used them.
#pragma once
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "compiler/import/import.h"
#include "compiler/import/onnx/source.h"
#include "compiler/ir/graph.h"

namespace midge::onnx {

using Ints = std::vector<int64_t>;
using Dims = ir::Dims;
using Options = std::map<std::string, ir::Option>;

class Lowering {
 public:
  Lowering(const Source& source, const std::string& file, const ImportOptions& options);
  /// Converts everything. Once.
  Imported run();

  // The node that is being converted.
  const Node& node() const { return *node_; }
  int64_t opset() const { return opset_; }
  size_t input_count() const { return node_->inputs.size(); }
  bool has(size_t i) const { return i < node_->inputs.size() && !node_->inputs[i].empty(); }
  /// Its input; refused where it is absent.
  int32_t in(size_t i);
  bool has_four_bits(size_t i) const;  ///< the input is a constant of int4 or uint4, which are int8 and uint8 here
  bool wants(size_t output) const;  ///< somebody reads the output
  void out(size_t i, int32_t tensor);
  [[noreturn]] void refuse(const std::string& message, const std::string& hint = "") const;
  void warn(const std::string& id, const std::string& message, const std::string& hint = "");
  /// Converts the nodes of a subgraph in place; its outputs become the node's.
  void inline_body(const Body& body);

  // Tensors.
  ir::Graph& graph() { return graph_; }
  const ir::Tensor& at(int32_t t) const { return graph_[t]; }
  Type type(int32_t t) const { return graph_[t].type; }
  Dims dims(int32_t t) const { return graph_[t].dims; }  ///< a copy: adding operators moves the tensors
  int32_t dim(int32_t t, size_t i) const { return graph_[t].dims[i]; }
  int32_t rank(int32_t t) const { return static_cast<int32_t>(graph_[t].dims.size()); }
  bool constant(int32_t t) const { return graph_[t].constant(); }
  bool is_float(int32_t t) const { return type(t) == Type::kFloat32; }
  /// A constant's elements as integers or floats; refused ("its ... is computed while the model runs") where it is none.
  Ints ints(int32_t t, const char* what) const;
  std::vector<float> floats(int32_t t, const char* what) const;
  std::vector<double> numbers(int32_t t, const char* what) const;
  Ints ints_in(size_t i, const char* what) { return ints(in(i), what); }
  /// An axis from 0 to rank - 1; refused where it lies outside.
  int32_t axis(int64_t a, int32_t rank) const;

  // Constants.
  int32_t int32s(const std::vector<int32_t>& values);
  int32_t int64s(const Ints& values, bool scalar = false);
  int32_t floats(const Dims& dims, const std::vector<float>& values);
  int32_t scalar(float value);
  /// Of the tensor's type.
  int32_t scalar_like(int32_t t, double value);
  int32_t constant(Type type, const Dims& dims, ir::Bytes data);

  // Operators.
  /// With one output of the given type; kAny: that of the first input.
  int32_t op(Builtin code, std::vector<int32_t> inputs, Options options = {}, Type type = Type::kAny);
  std::vector<int32_t> op_n(Builtin code, std::vector<int32_t> inputs, size_t outputs, Options options = {}, Type type = Type::kAny);
  int32_t add_op(ir::Op op, std::vector<Type> types, std::vector<ir::Quantization> quantization = {});

  int32_t add(int32_t a, int32_t b) { return op(Builtin::ADD, {a, b}); }
  int32_t sub(int32_t a, int32_t b) { return op(Builtin::SUB, {a, b}); }
  int32_t mul(int32_t a, int32_t b) { return op(Builtin::MUL, {a, b}); }
  int32_t div(int32_t a, int32_t b) { return op(Builtin::DIV, {a, b}); }
  int32_t cast(int32_t t, Type to);
  int32_t transpose(int32_t t, const std::vector<int32_t>& permutation);
  int32_t reshape(int32_t t, const Dims& to);
  int32_t slice(int32_t t, const std::vector<int32_t>& begin, const std::vector<int32_t>& size);
  int32_t gather(int32_t t, int32_t axis, const std::vector<int32_t>& positions);
  int32_t concat(const std::vector<int32_t>& parts, int32_t axis);
  int32_t reduce(Builtin code, int32_t t, const std::vector<int32_t>& axes, bool keep);
  int32_t broadcast(int32_t t, const Dims& to);
  /// [N,C,H,W] as [N,H,W,C], and [N,C,L] as [N,1,L,C]; and back.
  int32_t to_channels_last(int32_t t);
  int32_t to_channels_first(int32_t t, int32_t rank);

 private:
  struct Failed;
  void load_inputs();
  void declare(const Body& body);
  void lower(const Node& node);
  void finish_outputs();
  int32_t load(const Constant& c);
  int32_t find(const std::string& name);
  int32_t fold(const ir::Op& op, const std::vector<Type>& types);
  Diagnostic diagnostic(const std::string& id, const std::string& message, const std::string& hint) const;

  const Source& source_;
  const std::string& file_;
  const ImportOptions& options_;
  ir::Module module_;
  ir::Graph& graph_;
  std::vector<Diagnostic> warnings_;
  const Node* node_ = nullptr;
  int64_t opset_ = 0;
  std::map<std::string, int32_t> values_;           ///< by ONNX's name
  std::map<std::string, const Constant*> pending_;  ///< constants that nothing has asked for yet
  std::map<std::string, int> readers_;              ///< of each name
};

using Converter = void (*)(Lowering&);

/// A line of ops.def.
struct OperatorInfo {
  const char* domain;
  const char* name;
  Converter convert;
  const char* note;  ///< limits, for docs/onnx.md; "" where there are none
};
const std::vector<OperatorInfo>& all_operators();

// All converters, for ops.def and for one another.
#define MIDGE_ONNX(domain, name, function, note) void function(Lowering& l);
#include "compiler/import/onnx/ops.def"
#undef MIDGE_ONNX

}  // namespace midge::onnx
