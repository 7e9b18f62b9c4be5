// Whether midge can run an operator of a model, and what memory its preparation asks for: asks the operator's own prepare().
#pragma once
#include <string>

#include "ops/context.h"

namespace midge {

struct OperatorSupport {
  Status status;                  ///< ok, or what init() would fail with at this operator
  uint32_t scratch_bytes = 0;
  uint32_t persistent_bytes = 0;  ///< as on this machine; where pointers are smaller it may be less
  std::string reason;             ///< "" if supported; else "no kernel", "version 9 (kernel: 8)", "no kernel for int16 -> int32", ...
};

/// Prepares operator i of the model on memory of its own, with the shapes of the file.
OperatorSupport operator_support(const Model& model, uint32_t i, Contract contract);

}  // namespace midge
