// UnidirectionalSequenceGru, one step, as the equations say.
#include "base/float_math.h"
#include "kernels/sigmoid_s16/sigmoid_table_s16.h"
#include "ops/unidirectional_sequence_gru/unidirectional_sequence_gru.h"

namespace midge {
namespace {

constexpr int32_t kOne = 1 << 15;  // 1 in Q0.15
constexpr int32_t kTableUnits = 3;  // of the tables' argument, a unit of Q3.12

int32_t saturate_s16(int32_t x) { return clamp(x, -kOne, kOne - 1); }

/// a * b / 2^15, halves up.
int32_t multiply_q15(int32_t a, int32_t b) { return (a * b + kOne / 2) >> 15; }

/// sums[i] = row i of `weights` times (x + offset), plus bias, in Q3.12.
void products_s8(const ChannelMultipliers& m, const int8_t* weights, const int32_t* bias, const int8_t* x, int32_t offset, int32_t columns,
                 int32_t rows, int16_t* sums) {
  for (int32_t i = 0; i < rows; ++i) {
    int32_t acc = bias[i];
    for (int32_t k = 0; k < columns; ++k) acc = wrapping_add(acc, weights[i * columns + k] * (x[k] + offset));
    sums[i] = static_cast<int16_t>(saturate_s16(multiply_twice_rounded(acc, m.values[i], m.shifts[i])));
  }
}

void products_f32(const float* weights, const float* bias, const float* x, int32_t columns, int32_t rows, float* sums) {
  for (int32_t i = 0; i < rows; ++i) {
    float acc = 0;
    for (int32_t k = 0; k < columns; ++k) acc += weights[i * columns + k] * x[k];
    sums[i] = acc + bias[i];
  }
}

float sigmoid(float x) { return 1.0f / (1.0f + exp_f32(-x)); }

}  // namespace

void gru_step_s8_reference(const GruS8& p, const GruWeights<int8_t, int32_t>& w, const int8_t* x, const int8_t* last, int16_t* h,
                           int8_t* out, int16_t* sums) {
  const int32_t cells = p.shape.cells, rows = kGruGates * cells;
  int16_t* const of_input = sums;
  int16_t* const of_state = sums + rows;
  products_s8(p.input, w.input, w.input_bias, x, p.input_offset, p.shape.inputs, rows, of_input);
  products_s8(p.recurrent, w.recurrent, w.recurrent_bias, last, p.output_offset, cells, rows, of_state);
  for (int32_t i = 0; i < cells; ++i) {
    const auto argument = [&](int32_t gate, int32_t of_h) { return kTableUnits * saturate_s16(of_input[gate * cells + i] + of_h); };
    const int32_t z = table_logistic_s16(argument(kUpdateGate, of_state[kUpdateGate * cells + i]));
    const int32_t r = table_logistic_s16(argument(kResetGate, of_state[kResetGate * cells + i]));
    const int32_t n = table_tanh_s16(argument(kNewGate, multiply_q15(r, of_state[kNewGate * cells + i])));
    // |z h + (1 - z) n| is at most 2^30.
    h[i] = static_cast<int16_t>(saturate_s16((z * h[i] + (kOne - z) * n + kOne / 2) >> 15));
  }
  for (int32_t i = 0; i < cells; ++i) out[i] = gru_output(p, h[i]);
}

void gru_step_f32_reference(const GruF32& p, const GruWeights<float, float>& w, const float* x, float* h, float* out, float* sums) {
  const int32_t cells = p.shape.cells, rows = kGruGates * cells;
  float* const of_input = sums;
  float* const of_state = sums + rows;
  products_f32(w.input, w.input_bias, x, p.shape.inputs, rows, of_input);
  products_f32(w.recurrent, w.recurrent_bias, h, cells, rows, of_state);
  for (int32_t i = 0; i < cells; ++i) {
    const float z = sigmoid(of_input[kUpdateGate * cells + i] + of_state[kUpdateGate * cells + i]);
    const float r = sigmoid(of_input[kResetGate * cells + i] + of_state[kResetGate * cells + i]);
    const float n = tanh_f32(of_input[kNewGate * cells + i] + r * of_state[kNewGate * cells + i]);
    h[i] = z * h[i] + (1.0f - z) * n;
  }
  for (int32_t i = 0; i < cells; ++i) out[i] = h[i];
}

}  // namespace midge
