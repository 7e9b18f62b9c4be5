// What the harness asks of the firmware under test: the model, the operators that it registers, and its interpreter. `midge
// verify` generates the file that answers; it is the firmware's own code, and counted as such.
#pragma once
#include "midge/interpreter.h"
#include "targets/board.h"
#include "verify/harness/protocol.h"

namespace midge {

/// What is left of the payload of a frame that comes in.
class Payload {
 public:
  explicit Payload(uint32_t bytes) : left_(bytes) {}
  /// The next bytes; false where the payload has fewer.
  bool read(void* to, uint32_t bytes) {
    if (bytes > left_) return false;
    midge_wire_read(to, bytes);
    left_ -= bytes;
    crc_ = wire::crc32(to, bytes, crc_);
    return true;
  }
  uint32_t left() const { return left_; }
  uint32_t crc() const { return crc_; }

 private:
  uint32_t left_, crc_ = 0;
};

struct Firmware {
  const void* model;
  uint32_t model_bytes;
  OpList ops;
  Interpreter* interpreter;
  Contract contract;
};

Firmware firmware();

/// Makes raw data into the first input. False for a payload that is not what it should be. Weak: the harness's own returns false, for
/// firmware that does not prepare its input.
bool prepare_input(Payload& payload, TensorView input);

}  // namespace midge
