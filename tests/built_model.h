// BuiltModel: a TfliteBuilder's model run by the interpreter, freestanding: file and arena are static, so one at a time.
#pragma once
#include "midge/interpreter.h"
#include "tests/tflite_builder.h"

namespace midge {
namespace testing {

class BuiltModel {
 public:
  static constexpr uint32_t kFileBytes = 24 * 1024, kArenaBytes = 96 * 1024;

  Status init(const TfliteBuilder& builder, const OpList& ops, Contract contract = Contract::kLitert) {
    const uint32_t bytes = builder.write(file(), kFileBytes);
    InterpreterOptions options;
    options.contract = contract;
    return interpreter.init(file(), bytes, ops, arena(), kArenaBytes, options);
  }
  template <class T>
  T* data(int32_t tensor) const {
    return static_cast<T*>(interpreter.tensor(tensor).data);
  }

  Interpreter interpreter;

 private:
  static uint8_t* file() {
    alignas(16) static uint8_t bytes[kFileBytes];
    return bytes;
  }
  static uint8_t* arena() {
    alignas(16) static uint8_t bytes[kArenaBytes];
    return bytes;
  }
};

}  // namespace testing
}  // namespace midge
