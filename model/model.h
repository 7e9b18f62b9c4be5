// Model: a .tflite file read in place.
//
// open() checks every offset, count, length, index, shape product, buffer size and quantisation field once, visiting no more list
// entries than the file has bytes, and copies nothing. After it has succeeded the accessors cannot leave the file; they decode a
// tensor or an operator on demand (some hundred instructions), so that a model costs no RAM beyond this object. The caller keeps
// the bytes alive and unchanged.
//
// Tensors and operators of all subgraphs are numbered in one row, subgraph after subgraph: an index says all.
#pragma once
#include "base/shape.h"
#include "base/status.h"
#include "model/schema.h"
#include "model/table.h"

namespace midge {

/// Scales and zero points as the file holds them; element i belongs to channel i of `dimension`.
struct Quantization {
  const uint8_t* scales = nullptr;       ///< count little-endian floats
  const uint8_t* zero_points = nullptr;  ///< count little-endian int64; null: all zero
  uint32_t count = 0;                    ///< 0: not quantised; 1: per tensor; else per channel
  int32_t dimension = 0;

  float scale(uint32_t channel = 0) const;
  int32_t zero_point(uint32_t channel = 0) const;
};

/// One tensor, decoded.
struct Tensor {
  Type type = Type::kNone;
  bool is_variable = false;
  Shape shape;
  Quantization quantization;
  const uint8_t* data = nullptr;  ///< the constant's bytes in the file; null where the tensor is computed
  uint32_t bytes = 0;             ///< shape's element count times the type's size
  uint32_t index = 0;             ///< in the subgraph's list

  bool constant() const { return data != nullptr; }
  float scale() const { return quantization.scale(); }
  int32_t zero_point() const { return quantization.zero_point(); }
};

/// A list of tensor indices in the file; -1 stands for an absent optional input.
struct Indices {
  const uint8_t* data = nullptr;
  uint32_t count = 0;
  uint32_t first = 0;  ///< the subgraph's first tensor, which the file calls 0
  int32_t operator[](uint32_t i) const {
    const int32_t local = static_cast<int32_t>(load_u32(data + 4 * i));
    return local < 0 ? local : local + static_cast<int32_t>(first);
  }
};

/// What belongs to a subgraph.
struct Subgraph {
  uint32_t first_tensor = 0, tensor_count = 0;
  uint32_t first_operator = 0, operator_count = 0;
  Indices inputs;
  Indices outputs;
};

/// One operator, decoded.
struct Operator {
  int32_t code = 0;     ///< value of Builtin
  int32_t version = 1;
  Indices inputs;
  Indices outputs;
  Indices intermediates;  ///< tensors that hold no data, only the scales of what an operator computes inside
  Table options;        ///< the builtin options; absent where the file has none
  Span<const char> custom_name;  ///< of a CUSTOM operator
  Span<const uint8_t> custom_options;
};

class Model {
 public:
  static constexpr uint32_t kMostSubgraphs = 256;  ///< an index is found by walking over them

  Model() = default;
  Model(const Model&) = delete;  // its tables point into the object

  /// Checks the file and opens it. `data` must be 4-byte aligned (16 is better for kernels). On failure the model is empty.
  Status open(const void* data, size_t size);

  /// Of all subgraphs together.
  uint32_t tensor_count() const { return tensor_count_; }
  uint32_t operator_count() const { return operator_count_; }
  uint32_t subgraph_count() const { return subgraphs_.count; }
  Subgraph subgraph(uint32_t i) const;
  /// Of the main subgraph, the first.
  Indices inputs() const { return inputs_; }
  Indices outputs() const { return outputs_; }

  Tensor tensor(uint32_t i) const;
  Operator op(uint32_t i) const;

  /// For messages and tools. Not terminated by a zero.
  Span<const char> tensor_name(uint32_t i) const;
  /// The dimensions with -1 where the exporter left one open; empty where the file has none.
  Shape shape_signature(uint32_t i) const;
  /// The bytes of the metadata entry of that name; empty where there is none.
  Span<const uint8_t> metadata(const char* name) const;
  /// The names of all entries, for tools.
  uint32_t metadata_count() const { return root_.vector(field::model::kMetadata, 4).count; }
  Span<const char> metadata_name(uint32_t i) const;
  Span<const char> description() const;

  /// Something that open() does not visit (an operator's options) turned out to leave the file or its table when it was read.
  bool damaged() const { return file_.damaged; }
  const uint8_t* data() const { return file_.data; }
  uint32_t size() const { return file_.size; }

 private:
  Model& operator=(const Model&) = default;

  /// An entry of a list of a subgraph.
  struct Entry {
    Table table;
    uint32_t first_tensor;
  };

  Status check();
  Status check_subgraph(uint32_t i, uint32_t* work);
  Code check_tensor(const Table& tensor);
  Code check_operator(const Table& op, uint32_t tensors, uint32_t* work);
  Code check_indices(VectorAt list, int32_t lowest, uint32_t tensors, uint32_t* work) const;
  Entry find(uint32_t list, uint32_t i) const;
  Span<const uint8_t> buffer(uint32_t i) const;
  Indices indices(VectorAt v, uint32_t first) const { return Indices{file_.data + v.at, v.count, first}; }

  mutable File file_;
  Table root_;
  VectorAt codes_, buffers_, subgraphs_;
  Indices inputs_, outputs_;
  uint32_t tensor_count_ = 0, operator_count_ = 0;
};

}  // namespace midge
