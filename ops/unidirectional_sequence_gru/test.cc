// UnidirectionalSequenceGru against its equations in double, over calls without a reset: float32 within its precision, int8 within
// some steps of the output; batches, both layouts, the last step alone; and what is refused.
#include "ops/testing_elementwise.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kBatches = 2, kSteps = 3, kIn = 5, kCells = 4, kRows = 3 * kCells, kCalls = 4;

double sigmoid(double x) { return 1 / (1 + exp_double(-x)); }
double tanh_double(double x) { return 2 * sigmoid(2 * x) - 1; }

/// Real weights, and a state, for the expectation.
struct Gru {
  double w[kRows][kIn], u[kRows][kCells], b[kRows], c[kRows];
  double h[kBatches][kCells] = {};

  void step(int32_t batch, const double* x) {
    double of_x[kRows], of_h[kRows];
    for (int32_t r = 0; r < kRows; ++r) {
      of_x[r] = b[r], of_h[r] = c[r];
      for (int32_t k = 0; k < kIn; ++k) of_x[r] += w[r][k] * x[k];
      for (int32_t k = 0; k < kCells; ++k) of_h[r] += u[r][k] * h[batch][k];
    }
    for (int32_t i = 0; i < kCells; ++i) {
      const double z = sigmoid(of_x[i] + of_h[i]), reset = sigmoid(of_x[kCells + i] + of_h[kCells + i]);
      const double n = tanh_double(of_x[2 * kCells + i] + reset * of_h[2 * kCells + i]);
      h[batch][i] = z * h[batch][i] + (1 - z) * n;
    }
  }
};

Shape sequence(int32_t columns, bool last_only) { return last_only ? shape_of(kBatches, columns) : shape_of(kBatches, kSteps, columns); }

/// Runs kCalls inferences; `read` gives the output's element as a real number.
template <class T, class Scale>
void run(Report& r, OneOp& m, Gru* gru, bool last_only, double tolerance, Random& random, Scale real_input, double (*read)(T)) {
  for (int32_t call = 0; call < kCalls; ++call) {
    double expected[kBatches][kSteps][kCells];
    for (int32_t b = 0; b < kBatches; ++b) {
      for (int32_t t = 0; t < kSteps; ++t) {
        double x[kIn];
        for (int32_t k = 0; k < kIn; ++k) x[k] = real_input(&m.in<T>(0)[(b * kSteps + t) * kIn + k], random);
        gru->step(b, x);
        for (int32_t i = 0; i < kCells; ++i) expected[b][t][i] = gru->h[b][i];
      }
    }
    r.expect_ok(m.invoke(), "invoke");
    for (int32_t b = 0; b < kBatches; ++b) {
      for (int32_t t = last_only ? kSteps - 1 : 0; t < kSteps; ++t) {
        for (int32_t i = 0; i < kCells; ++i) {
          const double got = read(m.out<T>()[(last_only ? b : b * kSteps + t) * kCells + i]), difference = got - expected[b][t][i];
          if (!r.expect(difference < tolerance && -difference < tolerance, "a value is off")) return;
        }
      }
    }
  }
}

void check_f32(Report& r, bool last_only) {
  Random random = r.random();
  Gru gru;
  float w[kRows * kIn], u[kRows * kCells], b[kRows], c[kRows];
  for (int32_t row = 0; row < kRows; ++row) {
    for (int32_t k = 0; k < kIn; ++k) gru.w[row][k] = static_cast<double>(w[row * kIn + k] = random.real(-1, 1));
    for (int32_t k = 0; k < kCells; ++k) gru.u[row][k] = static_cast<double>(u[row * kCells + k] = random.real(-1, 1));
    gru.b[row] = static_cast<double>(b[row] = random.real(-1, 1));
    gru.c[row] = static_cast<double>(c[row] = random.real(-1, 1));
  }
  OneOp m;
  const auto constant = [&](const Shape& shape, const float* data) {
    TensorSpec t = {Type::kFloat32, shape};
    t.data = data, t.data_bytes = static_cast<uint32_t>(shape.count()) * 4;
    m.input(t);
  };
  m.input({Type::kFloat32, shape_of(kBatches, kSteps, kIn)});
  constant(shape_of(kRows, kIn), w);
  constant(shape_of(kRows, kCells), u);
  constant(shape_of(kRows), b);
  constant(shape_of(kRows), c);
  TensorSpec state = {Type::kFloat32, shape_of(kBatches, kCells)};
  state.is_variable = true;
  m.input(state);
  m.output({Type::kFloat32, sequence(kCells, last_only)});
  if (!r.expect_ok(m.prepare(ops::unidirectional_sequence_gru_f32), "prepare float32")) return;
  const auto input = [](float* x, Random& from) { return static_cast<double>(*x = from.real(-2, 2)); };
  run<float>(r, m, &gru, last_only, 1e-5, random, input, [](float x) { return static_cast<double>(x); });
}

constexpr float kScale = 1.0f / 64, kOutScale = 1.0f / 128;
constexpr int32_t kZero = -7;

/// `per_channel`: a scale for each row of the weights.
void check_s8(Report& r, bool last_only, bool per_channel, Type state_type = Type::kInt16, float state_scale = 1.0f / 32768) {
  Random random = r.random();
  Gru gru;
  int8_t w[kRows * kIn], u[kRows * kCells];
  int32_t b[kRows], c[kRows];
  float w_scales[kRows], u_scales[kRows];
  for (int32_t row = 0; row < kRows; ++row) {
    w_scales[row] = per_channel ? 0.004f + 0.001f * static_cast<float>(row) : 0.01f;
    u_scales[row] = per_channel ? 0.012f - 0.0005f * static_cast<float>(row) : 0.008f;
    const double ws = static_cast<double>(w_scales[row]), us = static_cast<double>(u_scales[row]);
    for (int32_t k = 0; k < kIn; ++k) gru.w[row][k] = ws * (w[row * kIn + k] = static_cast<int8_t>(random.between(-127, 127)));
    for (int32_t k = 0; k < kCells; ++k) gru.u[row][k] = us * (u[row * kCells + k] = static_cast<int8_t>(random.between(-127, 127)));
    gru.b[row] = ws * static_cast<double>(kScale) * (b[row] = random.between(-4000, 4000));
    gru.c[row] = us * static_cast<double>(kOutScale) * (c[row] = random.between(-8000, 8000));
  }
  OneOp m;
  const auto constant = [&](Type type, const Shape& shape, const void* data, uint32_t bytes, const float* scales) {
    TensorSpec t = {type, shape};
    t.data = data, t.data_bytes = bytes;
    if (scales != nullptr && per_channel) t.channel_scales = scales, t.channels = kRows;
    if (scales != nullptr && !per_channel) t.scale = scales[0];
    m.input(t);
  };
  m.input({Type::kInt8, shape_of(kBatches, kSteps, kIn), kScale, kZero});
  constant(Type::kInt8, shape_of(kRows, kIn), w, sizeof w, w_scales);
  constant(Type::kInt8, shape_of(kRows, kCells), u, sizeof u, u_scales);
  constant(Type::kInt32, shape_of(kRows), b, sizeof b, nullptr);
  constant(Type::kInt32, shape_of(kRows), c, sizeof c, nullptr);
  TensorSpec state = {state_type, shape_of(kBatches, kCells), state_scale};
  state.is_variable = true;
  m.input(state);
  m.output({Type::kInt8, sequence(kCells, last_only), kOutScale});
  const Status status = m.prepare(ops::unidirectional_sequence_gru_s8);
  if (state_type != Type::kInt16) {
    r.expect(status.code() == Code::kUnsupportedType, "a state of another type");
    return;
  }
  if (state_scale != 1.0f / 32768) {
    r.expect(status.code() == Code::kNoScale, "a state of another scale");
    return;
  }
  if (!r.expect_ok(status, "prepare int8")) return;
  const auto input = [](int8_t* x, Random& from) {
    *x = static_cast<int8_t>(from.between(-128, 127));
    return static_cast<double>(kScale) * (*x - kZero);
  };
  // The output's step is 1/128, and what is fed back is rounded to it.
  run<int8_t>(r, m, &gru, last_only, 3.0 / 128, random, input, [](int8_t x) { return x / 128.0; });
}

}  // namespace

void test_unidirectional_sequence_gru(Report& r) {
  for (int32_t i = 0; i < 4; ++i) {
    if (i < 2 && r.next_case()) check_f32(r, i % 2 != 0);
    if (r.next_case()) check_s8(r, i % 2 != 0, i / 2 != 0);
  }
  if (r.next_case()) check_s8(r, false, false, Type::kInt32);
  if (r.next_case()) check_s8(r, false, false, Type::kInt16, 1.0f / 16384);
}

}  // namespace testing
}  // namespace midge
