// BITWISE_XOR for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_bitwise_xor() {
  return {.equation = "out = a ^ b, shapes broadcast",
          .types = "int8; uint8; int16; uint16; int32; uint32",
          .constraints = {"Both inputs and the output have one type; ranks up to 6."}};
}

}  // namespace midge
