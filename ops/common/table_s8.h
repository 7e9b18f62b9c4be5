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

/// Fills the table with f(input in Q4); inputs beyond the range of Q4 give -128 or 127. kNoScale unless the output is as fixed.
Status prepare_table_s8(PrepareContext& c, FixedOutput output, int8_t (*f)(int32_t));
Status eval_table_s8(const EvalContext& c);

}  // namespace midge
