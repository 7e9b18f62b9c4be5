// TfliteBuilder: a small .tflite model, described tensor by tensor, then written into a caller's buffer. Good and bad models for
// tests on the host and on targets: freestanding, no heap. Nothing is checked: wrong indices and sizes are written as given.
//
//   TfliteBuilder b;
//   const int32_t x = b.tensor({Type::kInt8, shape_of(1, 4), 0.5f}), y = b.tensor({Type::kInt8, shape_of(1, 4), 0.5f});
//   b.op(Builtin::RELU, list(x), list(y));
//   b.inputs = list(x), b.outputs = list(y);
//   const uint32_t bytes = b.write(file, sizeof file);
#pragma once
#include "base/shape.h"
#include "model/schema.h"

namespace midge {
namespace testing {

template <class... T>
Shape shape_of(T... dims) {
  const int32_t all[] = {static_cast<int32_t>(dims)..., 0};
  Shape s;
  s.rank = sizeof...(dims);
  for (int32_t i = 0; i < s.rank; ++i) s.dims[i] = all[i];
  return s;
}

/// Tensor indices; -1 is an absent input.
struct IndexList {
  static constexpr uint32_t kMost = 24;
  uint32_t count = 0;
  int32_t values[kMost] = {};
};
template <class... T>
IndexList list(T... indices) {
  static_assert(sizeof...(indices) <= IndexList::kMost, "raise kMost");
  return IndexList{sizeof...(indices), {static_cast<int32_t>(indices)...}};
}

struct TensorSpec {
  Type type = Type::kInt8;
  Shape shape;
  float scale = 0;  ///< 0: not quantised
  int32_t zero_point = 0;
  const void* data = nullptr;  ///< of a constant; must live until write()
  uint32_t data_bytes = 0;
  const float* channel_scales = nullptr;  ///< instead of `scale`
  uint32_t channels = 0;
  int32_t dimension = 0;
  bool is_variable = false;
  int32_t buffer = -1;  ///< instead of the tensor's own, right or wrong
};

/// An operator's options, by field id; a custom operator's are bytes.
class Options {
 public:
  static constexpr uint32_t kMost = 10;
  enum class Kind : uint8_t { kAbsent, kU8, kI32, kF32, kText, kVector };

  Options& u8(uint32_t id, int32_t v) { return set(id, Kind::kU8, v, 0); }
  Options& i32(uint32_t id, int32_t v) { return set(id, Kind::kI32, v, 0); }
  Options& f32(uint32_t id, float v) { return set(id, Kind::kF32, 0, v); }
  /// A string, which must live until write().
  Options& text(uint32_t id, const char* v) {
    texts[id] = v;
    return set(id, Kind::kText, 0, 0);
  }
  /// A custom operator's, which must live until write().
  Options& custom(const void* data, uint32_t bytes) {
    custom_data = data, custom_bytes = bytes;
    return *this;
  }
  /// A vector of int32; its values must live until write().
  Options& vector(uint32_t id, const int32_t* values, int32_t count) {
    vectors[id] = values;
    return set(id, Kind::kVector, count, 0);
  }

  Kind kinds[kMost] = {};
  int32_t ints[kMost] = {};  ///< of a vector its count
  float floats[kMost] = {};
  const char* texts[kMost] = {};
  const void* custom_data = nullptr;
  uint32_t custom_bytes = 0;
  const int32_t* vectors[kMost] = {};

 private:
  Options& set(uint32_t id, Kind kind, int32_t i, float f) {
    kinds[id] = kind, ints[id] = i, floats[id] = f;
    return *this;
  }
};

class TfliteBuilder {
 public:
  static constexpr uint32_t kMostTensors = 32, kMostOps = 12;

  /// Each returns the index of what it adds.
  int32_t tensor(const TensorSpec& t) {
    tensors_[tensor_count_] = t;
    return static_cast<int32_t>(tensor_count_++ - first_tensor_);
  }
  uint32_t op(Builtin code, const IndexList& in, const IndexList& out, const Options& options = Options(), int32_t version = 1,
              const char* custom_name = nullptr);
  /// Ends a subgraph, with what `inputs` and `outputs` hold; what follows belongs to the next, whose tensors count from 0.
  void next_subgraph();
  /// Of the operator that was added last.
  void intermediates(const IndexList& list) { ops_[op_count_ - 1].intermediates = list; }
  /// One entry; `name` and `data` must live until write().
  void metadata(const char* name, const void* data, uint32_t bytes);

  /// The size of the file, 0 if it does not fit.
  uint32_t write(uint8_t* out, uint32_t capacity) const;

  IndexList inputs, outputs;

 private:
  struct Op {
    Builtin code;
    int32_t version;
    IndexList in, out;
    Options options;
    const char* custom_name;
    IndexList intermediates;
  };

  /// Where a subgraph ends in the lists.
  struct Graph {
    uint32_t tensors_end, ops_end;
    IndexList inputs, outputs;
  };
  static constexpr uint32_t kMostGraphs = 6;

  TensorSpec tensors_[kMostTensors];
  Op ops_[kMostOps] = {};
  uint32_t tensor_count_ = 0, op_count_ = 0, first_tensor_ = 0;
  Graph graphs_[kMostGraphs] = {};  ///< those that are complete
  uint32_t graph_count_ = 0;
  const char* metadata_name_ = nullptr;
  const void* metadata_ = nullptr;
  uint32_t metadata_bytes_ = 0;
};

}  // namespace testing
}  // namespace midge
