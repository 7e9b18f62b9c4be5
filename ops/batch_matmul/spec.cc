// BATCH_MATMUL for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_batch_matmul() {
  return {.equation = "out[..,m,n] = sum of a[..,m,k] * b[..,k,n]",
          .types = "int8; int8 to int32; int16; int16 with int8 b; float32; float32 with int8 b (hybrid)",
          .constraints = {"Both of rank 2 and above; the dimensions in front of the last two are equal or 1, or missing.",
                          "adj_x and adj_y exchange the last two dimensions of a and b.", "int16 has zero point 0.",
                          "In hybrid b is symmetric, with one scale or one a column.", "With int32 output zero points do not count."},
          .macs = [](const OpInstance& op) {
            const Shape& a = op.inputs[0].shape;
            const int32_t depth = a[a.rank - (op.options.boolean(0) ? 2 : 1)];
            return static_cast<uint64_t>(op.outputs[0].shape.count()) * static_cast<uint64_t>(depth);
          }};
}

}  // namespace midge
