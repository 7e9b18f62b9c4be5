// UnidirectionalSequenceGru, a custom operator of midge: a GRU over the time steps of its input, rolled, so that code and
// memory do not grow with the number of steps. No runtime of the field has one: there it is unrolled or becomes a WHILE. At each
// step, with x the input's row and h the state:
//
//   z = sigmoid(Wz x + bz + Uz h + cz)        r = sigmoid(Wr x + br + Ur h + cr)
//   n = tanh(Wn x + bn + r * (Un h + cn))     h = z * h + (1 - z) * n
//
// which is Keras's GRU with reset_after=True, PyTorch's, and ONNX's with linear_before_reset=1, with the gates in the order z, r, n.
//
// Inputs: x [batch, steps, inputs], or [steps, batch, inputs] where the option time_major is true; W [3 cells, inputs]; U [3 cells,
// cells]; b and c [3 cells]; h, a variable [batch, cells], which lives on from one inference to the next. Output: as x with `cells` at
// the end, or [batch, cells], the last step alone. Options: none, or a FlexBuffer map with time_major.
//
// Types: all float32; or x, W, U and the output int8, b and c int32, h int16. In the latter W and U are symmetric, with one scale or
// one for each of the 3 cells; b and c have the scales of their products; h is Q0.15: its scale is 2^-15, its zero point 0. The
// recurrent product reads the output's int8, not h. Sums are brought to Q3.12 and saturated to 16 bits; gates are Q0.15; products of
// two of these are rounded to nearest, halves up.
#pragma once
#include "base/fixed_point.h"
#include "ops/common/quantization.h"
#include "ops/context.h"

namespace midge {

struct GruShape {
  int32_t batches, steps, inputs, cells;
  uint32_t time_major, last_only;
};

constexpr int32_t kGruGates = 3;
enum GruGate : int32_t { kUpdateGate, kResetGate, kNewGate };

/// The weights as the tensors hold them.
template <class W, class B>
struct GruWeights {
  const W* input;        ///< gates x cells x inputs
  const W* recurrent;    ///< gates x cells x cells
  const B* input_bias;   ///< gates x cells
  const B* recurrent_bias;
};

struct GruS8 {
  GruShape shape;
  int32_t input_offset, output_offset;  ///< minus the zero points
  ChannelMultipliers input, recurrent;  ///< of each of the 3 cells, to Q3.12
  Multiplier output;                    ///< 2^-15 to the output's scale
};

struct GruF32 {
  GruShape shape;
};

/// One row of the input at one time step. `last` is the output of the step before (int8) or the state (float32), `sums` scratch of
/// 6 x cells.
void gru_step_s8_reference(const GruS8& p, const GruWeights<int8_t, int32_t>& w, const int8_t* x, const int8_t* last, int16_t* h,
                           int8_t* out, int16_t* sums);
void gru_step_f32_reference(const GruF32& p, const GruWeights<float, float>& w, const float* x, float* h, float* out, float* sums);

/// The output's value for a state: what the recurrent product reads.
inline int8_t gru_output(const GruS8& p, int16_t h) {
  const int32_t v = multiply_twice_rounded(h, p.output.value, p.output.shift);
  return static_cast<int8_t>(clamp<int32_t>(wrapping_add(v, -p.output_offset), -128, 127));
}

}  // namespace midge
