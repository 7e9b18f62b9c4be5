// Resource variables: VAR_HANDLE names one, READ_VARIABLE and ASSIGN_VARIABLE copy from and to it.
//
// The value of a handle is the index of the model's first VAR_HANDLE of the same container and name. The memory of a variable is
// part of what the first operator that reads or assigns it prepares; all are in the list that the interpreter holds. A handle is
// data, which a file can forge: it is looked up in the list, never followed.
#pragma once
#include "ops/context.h"

namespace midge {

struct alignas(8) ResourceVariable {
  ResourceVariable* next;
  uint32_t id;
  uint32_t bytes;
  int32_t fill;  ///< value of its bytes after init() and reset_variables()

  void* data() { return this + 1; }
};

/// What READ_VARIABLE and ASSIGN_VARIABLE prepare.
struct alignas(8) VariableAccess {
  ResourceVariable* const* list;
  uint32_t bytes;
  uint32_t unused;
};

/// The handle that a VAR_HANDLE with these options gives.
uint32_t handle_of(const Model& model, const Table& options);

/// Finds or makes the variable behind input 0, whose values have the type and size of `value`. kShapeMismatch where the variable
/// has another size. Where the handle comes from elsewhere than a VAR_HANDLE (an argument of a subgraph), it is looked up at run time.
Status prepare_variable_access(PrepareContext& c, const Tensor& value);

/// The variable that input 0 names, of the size that was prepared; null where there is none.
ResourceVariable* find_variable(const EvalContext& c);

}  // namespace midge
