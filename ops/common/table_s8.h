// int8 functions of one int8 input as a table of 256 outputs: LOGISTIC, TANH and their like.
#pragma once
#include "base/span.h"
#include "ops/context.h"

namespace midge {

struct TableS8 {
  int32_t count;
  int8_t values[256];  ///< by input + 128
};

/// The scale and zero point that the operator's output must have.
struct FixedOutput {
  float scale;
  int32_t zero_point;
};

/// The function, as each contract computes it.
struct TableFunction {
  /// litert: of a real number in single precision; the output is rounded to nearest, ties away from zero.
  float (*real)(float);
  /// tflm: of a number in Q4, as the output. Inputs beyond the range of Q4 give -128 or 127.
  int8_t (*fixed)(int32_t);
};

/// Fills the table as the contract says. kNoScale unless the output is as fixed.
Status prepare_table_s8(PrepareContext& c, FixedOutput output, const TableFunction& f);
Status eval_table_s8(const EvalContext& c);

}  // namespace midge
