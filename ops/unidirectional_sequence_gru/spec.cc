// UnidirectionalSequenceGru for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_unidirectional_sequence_gru() {
  return {.equation = "z, r = sigmoid(W x + b + U h + c); n = tanh(Wn x + bn + r * (Un h + cn)); h = z * h + (1 - z) * n",
          .types = "int8 with int16 state; float32",
          .constraints =
              {"A custom operator of midge: Keras's GRU with reset_after, PyTorch's and ONNX's with linear_before_reset; gates z, r, n.",
               "Inputs x, W, U, b, c and the variable h; x has rank 3, the output rank 3 or, for the last step alone, rank 2.",
               "int8: W and U symmetric with one scale or one a row, b and c int32, the state of scale 2^-15."},
          .macs = [](const OpInstance& op) {
            const auto count = [&](size_t i) { return static_cast<uint64_t>(op.inputs[i].shape.count()); };
            return count(0) / static_cast<uint64_t>(op.inputs[0].shape[2]) * (count(1) + count(2));
          }};
}

}  // namespace midge
