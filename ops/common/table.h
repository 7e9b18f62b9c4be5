// Functions of one quantised input as tables that prepare() fills, as LiteRT does: 256 outputs for 8 bits; for int16 513 points, between which
// eval() interpolates.
#pragma once
#include "ops/context.h"

namespace midge {

struct Table8 {
  int32_t count;
  uint8_t values[256];  ///< int8 or uint8, by the input's byte
};

struct TableS16 {
  static constexpr int32_t kIntervals = 512;
  int32_t count;
  int16_t values[kIntervals + 2];  ///< one for each end of an interval; the last is padding
};

/// A function of real numbers in single precision, whose results should be those of the host's C library to the last bit.
struct TableFunction {
  float (*of)(float);
  bool positive_only = false;  ///< not called for 0 and less
  float otherwise = 0;  ///< the result there
};

/// int8 or uint8, with whatever scales.
Status prepare_table_8(PrepareContext& c, const TableFunction& f);
Status eval_table_8(const EvalContext& c);

/// int16, zero points 0.
Status prepare_table_s16(PrepareContext& c, const TableFunction& f);
Status eval_table_s16(const EvalContext& c);

/// int8 from a function of a number in Q4 in fixed point, as TensorFlow Lite Micro computes LOGISTIC and TANH. Inputs beyond the range of Q4 give
/// -128 or 127. kNoScale unless the output has this scale and zero point.
struct FixedOutput {
  float scale;
  int32_t zero_point;
};
Status prepare_table_s8_fixed(PrepareContext& c, FixedOutput output, int8_t (*f)(int32_t));

/// kNoScale unless the output's scale is this one.
Status check_output_scale(const PrepareContext& c, float scale);

}  // namespace midge
