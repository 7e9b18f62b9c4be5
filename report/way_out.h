// What to do about an operator for which there are no kernels: the nearest way out.
#pragma once
#include <string>

#include "model/model.h"

namespace midge {

/// A sentence, for kUnknownOperator, kUnsupportedVersion and kUnsupportedType of an operator of a model.
std::string way_out(const Model& model, const Operator& op, Code code);

}  // namespace midge
