// UNIDIRECTIONAL_SEQUENCE_LSTM: an LSTM over the time steps of its input. At each step, with x the input's row, h and c the states:
//
//   i = sigmoid(Wi x + Ri h + bi)        f = sigmoid(Wf x + Rf h + bf)        without Wi and Ri (CIFG): i = 1 - f
//   g = tanh(Wg x + Rg h + bg)           o = sigmoid(Wo x + Ro h + bo)
//   c = clip(f * c + i * g)              h = o * tanh(c)                      the output's row is h
//
// Layout: input [batch, time, inputs], or [time, batch, inputs] with time_major; output likewise with `cells` at the end. W is [cells,
// inputs], R [cells, cells], b [cells]; h and c are variables of [batch, cells], which live on from one inference to the next.
//
// Types of x, W, c: int8, int8, int16; int16, int8, int16; all float32; float32, int8, float32 (hybrid: x and h are quantised by row).
// Integers: gates are Q3.12 before and Q0.15 after their function; the scale of c is a power of two. In the `litert` contract the
// functions of int8 are polynomials, and what h is scaled from is the fifth intermediate tensor of the operator; in `tflm`, and for
// int16, they are a table, and what is added is saturated first.
#pragma once
#include "base/fixed_point.h"
#include "ops/context.h"

namespace midge {

struct LstmShape {
  int32_t batches, steps, inputs, cells;
  uint32_t time_major;
};

constexpr uint32_t kLstmGates = 4;
constexpr uint32_t kInputGate = 0, kForgetGate = 1, kCellGate = 2, kOutputGate = 3;

/// The weights as the tensors hold them; null where the input gate has none.
template <class W, class B>
struct LstmWeights {
  const W* input[kLstmGates];      ///< cells x inputs
  const W* recurrent[kLstmGates];  ///< cells x cells
  const B* bias[kLstmGates];
};

/// One row of the input at one time step, and what becomes of it. `out` must not overlap the others.
template <class T, class C>
struct LstmStep {
  const T* x;
  const T* h;
  C* c;
  T* out;  ///< the new h
};

struct LstmInteger {
  LstmShape shape;
  struct {
    Multiplier input, recurrent;  ///< from the accumulators to Q3.12
  } gates[kLstmGates];
  int32_t input_offset, state_offset;  ///< minus the zero points of x and h
  Multiplier forget, input;            ///< of f * c and i * g to the scale of c; `tflm` only
  Multiplier hidden;                   ///< of o * tanh(c) to the scale of h
  int32_t hidden_offset;               ///< zero point of h
  int32_t cell_fraction_bits;          ///< the scale of c is 2^-this
  int32_t cell_low, cell_high;
  uint32_t litert;                     ///< the contract; never for int16
};
void lstm_s8_reference(const LstmInteger& p, const LstmWeights<int8_t, int32_t>& w, const LstmStep<int8_t, int16_t>& s);
void lstm_s16_reference(const LstmInteger& p, const LstmWeights<int8_t, int64_t>& w, const LstmStep<int16_t, int16_t>& s);

struct LstmF32 {
  LstmShape shape;
  float cell_clip;  ///< infinity: none
};
void lstm_f32_reference(const LstmF32& p, const LstmWeights<float, float>& w, const LstmStep<float, float>& s);

struct LstmHybrid {
  LstmF32 f32;
  uint32_t symmetric_input;
  float input_scales[kLstmGates], recurrent_scales[kLstmGates];  ///< of the weights
};
/// `quantized` has room for inputs + cells int8.
void lstm_hybrid_reference(const LstmHybrid& p, const LstmWeights<int8_t, float>& w, const LstmStep<float, float>& s, int8_t* quantized);

}  // namespace midge
