// UNIDIRECTIONAL_SEQUENCE_LSTM: one step for one row. A cell's new c needs only its own old one, and h is not written here, so that all
// gates of a cell are computed together and nothing has to be kept beside the states.
#include "base/float_math.h"
#include "base/span.h"
#include "kernels/fixed_math/fixed_math_s16.h"
#include "kernels/sigmoid_s16/sigmoid_table_s16.h"
#include "kernels/gemm_s8/gemm_s8.h"
#include "kernels/hybrid/quantize_input.h"
#include "ops/unidirectional_sequence_lstm/unidirectional_sequence_lstm.h"

namespace midge {
namespace {

constexpr int32_t kBlock = 4;  // cells that share the loads of a row

int32_t saturate_s16(int32_t x) { return clamp<int32_t>(x, INT16_MIN, INT16_MAX); }

// acc[k] += sum over i < n of (x[i] + offset) * w[k * n + i]   for k < rows
void accumulate(const int8_t* x, const int8_t* w, int32_t n, int32_t rows, int32_t offset, int32_t* acc) {
  if (rows == kBlock) return gemm_s8_x4(x, w, n, n, offset, acc);
  for (int32_t k = 0; k < rows; ++k) acc[k] = wrapping_add(acc[k], gemm_s8_x1(x, w + k * n, n, offset));
}
void accumulate(const int16_t* x, const int8_t* w, int32_t n, int32_t rows, int32_t offset, int64_t* acc) {
  for (int32_t k = 0; k < rows; ++k) {
    int64_t sum = 0;
    for (int32_t i = 0; i < n; ++i) sum += (x[i] + offset) * w[k * n + i];
    acc[k] = static_cast<int64_t>(static_cast<uint64_t>(acc[k]) + static_cast<uint64_t>(sum));
  }
}

int32_t scaled(int32_t acc, const Multiplier& m) { return multiply_twice_rounded(acc, m.value, m.shift); }
int32_t scaled(int64_t acc, const Multiplier& m) { return multiply_wide(acc, m.value, m.shift); }

/// A gate of `rows` cells from cell k on, as Q0.15.
template <class T, class B>
void integer_gate(const LstmInteger& p, const LstmWeights<int8_t, B>& w, const LstmStep<T, int16_t>& s, uint32_t gate, int32_t k,
                  int32_t rows, int32_t* out) {
  B from_input[kBlock] = {}, from_state[kBlock] = {};
  for (int32_t i = 0; i < rows; ++i) from_input[i] = w.bias[gate][k + i];
  accumulate(s.x, w.input[gate] + k * p.shape.inputs, p.shape.inputs, rows, p.input_offset, from_input);
  accumulate(s.h, w.recurrent[gate] + k * p.shape.cells, p.shape.cells, rows, p.state_offset, from_state);
  for (int32_t i = 0; i < rows; ++i) {
    const int32_t a = saturate_s16(scaled(from_input[i], p.gates[gate].input));
    const int32_t b = scaled(from_state[i], p.gates[gate].recurrent);
    const int32_t sum = saturate_s16(wrapping_add(a, p.litert != 0 ? b : saturate_s16(b)));
    if (p.litert != 0) {
      out[i] = gate == kCellGate ? fixed_tanh_s16(static_cast<int16_t>(sum), 3) : fixed_logistic_s16(static_cast<int16_t>(sum));
    } else {
      out[i] = gate == kCellGate ? table_tanh_s16(3 * sum) : table_logistic_s16(3 * sum);
    }
  }
}

/// f * c + i * g at the scale of c.
int32_t new_cell(const LstmInteger& p, int32_t c, int32_t f, int32_t i, int32_t g) {
  const int32_t kept = f * c, added = i * g;
  const int32_t sum = p.litert != 0 ? rounding_divide_by_pot(kept, 15) + rounding_divide_by_pot(added, 30 - p.cell_fraction_bits)
                                    : saturate_s16(scaled(kept, p.forget)) + saturate_s16(scaled(added, p.input));
  return clamp(saturate_s16(sum), p.cell_low, p.cell_high);
}

int32_t cell_tanh(const LstmInteger& p, int32_t c) {
  if (p.litert != 0) return fixed_tanh_s16(static_cast<int16_t>(c), 15 - p.cell_fraction_bits);
  const int32_t left = 12 - p.cell_fraction_bits;  // to Q3.12
  return table_tanh_s16(left >= 0 ? 3 * c * (1 << left) : (3 * c + (1 << (-left - 1))) >> -left);
}

template <class T, class B>
void integer_step(const LstmInteger& p, const LstmWeights<int8_t, B>& w, const LstmStep<T, int16_t>& s) {
  constexpr int32_t kHigh = (1 << (8 * sizeof(T) - 1)) - 1, kLow = -kHigh - 1;
  for (int32_t k = 0; k < p.shape.cells; k += kBlock) {
    const int32_t rows = min(kBlock, p.shape.cells - k);
    int32_t gates[kLstmGates][kBlock];
    for (uint32_t gate = w.input[kInputGate] == nullptr ? 1 : 0; gate < kLstmGates; ++gate)
      integer_gate(p, w, s, gate, k, rows, gates[gate]);
    for (int32_t r = 0; r < rows; ++r) {
      const int32_t forget = gates[kForgetGate][r];
      const int32_t input = w.input[kInputGate] == nullptr ? INT16_MAX - forget : gates[kInputGate][r];
      const int32_t c = new_cell(p, s.c[k + r], forget, input, gates[kCellGate][r]);
      s.c[k + r] = static_cast<int16_t>(c);
      const int32_t h = multiply_twice_rounded(gates[kOutputGate][r] * cell_tanh(p, c), p.hidden.value, p.hidden.shift);
      s.out[k + r] = static_cast<T>(clamp(wrapping_add(h, p.hidden_offset), kLow, kHigh));
    }
  }
}

float logistic(float x) { return 1.0f / (1.0f + exp_f32(-x)); }

/// The step in floating point; sum(gate, k) is what a gate's function is taken of, for cell k.
template <class F>
void real_step(const LstmF32& p, bool has_input_gate, const LstmStep<float, float>& s, F sum) {
  for (int32_t k = 0; k < p.shape.cells; ++k) {
    const float forget = logistic(sum(kForgetGate, k));
    const float input = has_input_gate ? logistic(sum(kInputGate, k)) : 1.0f - forget;
    const float c = clamp(forget * s.c[k] + input * tanh_f32(sum(kCellGate, k)), -p.cell_clip, p.cell_clip);
    s.c[k] = c;
    s.out[k] = logistic(sum(kOutputGate, k)) * tanh_f32(c);
  }
}

float dot(const float* a, const float* b, int32_t n) {
  float sum = 0;
  for (int32_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

void lstm_s8_reference(const LstmInteger& p, const LstmWeights<int8_t, int32_t>& w, const LstmStep<int8_t, int16_t>& s) {
  integer_step(p, w, s);
}

void lstm_s16_reference(const LstmInteger& p, const LstmWeights<int8_t, int64_t>& w, const LstmStep<int16_t, int16_t>& s) {
  integer_step(p, w, s);
}

void lstm_f32_reference(const LstmF32& p, const LstmWeights<float, float>& w, const LstmStep<float, float>& s) {
  const int32_t inputs = p.shape.inputs, cells = p.shape.cells;
  real_step(p, w.input[kInputGate] != nullptr, s, [&](uint32_t gate, int32_t k) {
    return w.bias[gate][k] + dot(w.input[gate] + k * inputs, s.x, inputs) + dot(w.recurrent[gate] + k * cells, s.h, cells);
  });
}

void lstm_hybrid_reference(const LstmHybrid& p, const LstmWeights<int8_t, float>& w, const LstmStep<float, float>& s, int8_t* quantized) {
  const int32_t inputs = p.f32.shape.inputs, cells = p.f32.shape.cells;
  int8_t* x = quantized;
  int8_t* h = quantized + inputs;
  const auto quantize = p.symmetric_input != 0 ? quantize_symmetric : quantize_asymmetric;
  const HybridScale qx = quantize(s.x, inputs, x), qh = quantize(s.h, cells, h);
  real_step(p.f32, w.input[kInputGate] != nullptr, s, [&](uint32_t gate, int32_t k) {
    const int32_t from_input = gemm_s8_x1(x, w.input[gate] + k * inputs, inputs, -qx.zero_point);
    const int32_t from_state = gemm_s8_x1(h, w.recurrent[gate] + k * cells, cells, -qh.zero_point);
    return w.bias[gate][k] + static_cast<float>(from_input) * (p.input_scales[gate] * qx.scale) +
           static_cast<float>(from_state) * (p.recurrent_scales[gate] * qh.scale);
  });
}

}  // namespace midge
