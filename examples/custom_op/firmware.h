// What the firmware does with the model: one inference on 8 scores, by the operator in C++ or in C.
#pragma once
#include "midge/interpreter.h"

/// Prepares `interpreter` for the model with one of the two operators.
midge::Status start(midge::Interpreter& interpreter, const void* model, uint32_t model_bytes, bool operator_in_c);
