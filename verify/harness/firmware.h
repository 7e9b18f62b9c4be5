// What the harness asks of the firmware under test: the model, the operators that it registers, and its interpreter. `midge
// verify` generates the file that answers; it is the firmware's own code, and counted as such.
#pragma once
#include "midge/interpreter.h"

namespace midge {

struct Firmware {
  const void* model;
  uint32_t model_bytes;
  OpList ops;
  Interpreter* interpreter;
  Contract contract;
};

Firmware firmware();

}  // namespace midge
