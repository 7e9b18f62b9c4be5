// UNIDIRECTIONAL_SEQUENCE_LSTM for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_unidirectional_sequence_lstm() {
  return {
      .equation = "c = f * c + i * g, h = o * tanh(c); gates sigmoid(W x + R h + b), g = tanh(W x + R h + b)",
      .types = "int8 or int16 with int8 weights and int16 cell state; float32; float32 with int8 weights",
      .constraints = {"No peephole, projection, layer normalisation or diagonal weights. The activation is TANH.",
                      "The weights' scales are per tensor and their zero points 0; the cell state's scale is a power of two.",
                      "Without an input gate (CIFG) the types are int8, int16 or float32.",
                      "The states are variable tensors. They keep their values from one inference to the next."},
      .contracts = "Integer gates: litert computes int8 sigmoid and tanh by polynomials on 16 bits, tflm by a table; int16 is as in tflm.",
      .macs = [](const OpInstance& op) -> uint64_t {
        const Shape &in = op.inputs[0].shape, &recurrent = op.inputs[8].shape;
        const uint64_t gates = op.inputs[1].type == Type::kNone ? 3 : 4, cells = static_cast<uint64_t>(recurrent[0]);
        return gates * static_cast<uint64_t>(in[0]) * static_cast<uint64_t>(in[1]) * cells * (static_cast<uint64_t>(in[2]) + cells);
      }};
}

}  // namespace midge
