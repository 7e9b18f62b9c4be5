// A TfliteBuilder's model on the host's interpreter, in heap blocks of the exact size.
#pragma once
#include <optional>
#include <vector>

#include "midge/interpreter.h"
#include "tests/digits.h"
#include "tests/tflite_builder.h"

namespace midge::testing {

inline std::vector<uint8_t> file_of(const TfliteBuilder& b) {
  std::vector<uint8_t> file(1 << 16);
  file.resize(b.write(file.data(), 1 << 16));
  return file;
}

class SmallModel {
 public:
  explicit SmallModel(const TfliteBuilder& b, size_t arena_bytes = 16 * 1024) : file_(file_of(b)), arena_(arena_bytes) {
    status = interpreter.init(file_.data(), file_.size(), all_ops(), arena_.data(), arena_.size());
  }
  int8_t* data(int32_t tensor) const { return static_cast<int8_t*>(interpreter.tensor(tensor).data); }
  /// Of a computed tensor, from the start of the arena.
  ptrdiff_t offset(int32_t tensor) { return data(tensor) - reinterpret_cast<int8_t*>(arena_.data()); }

  Interpreter interpreter;
  Status status;

 private:
  ExactBlock file_, arena_;
};

/// int8 of `bytes` elements on one scale.
inline TensorSpec s8(int32_t bytes) { return {Type::kInt8, shape_of(1, bytes), 0.5f}; }

}  // namespace midge::testing
