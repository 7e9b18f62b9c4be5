// What SELECT and SELECT_V2 share: elements of x where the condition is true, of y elsewhere, moved as bytes. The two differ in which shapes
// they take.
#pragma once
#include "base/shape.h"
#include "ops/context.h"

namespace midge {

struct Selection {
  int32_t element_bytes;
  int32_t rank;
  int32_t dims[kMaxRank];  ///< of the output
  int32_t condition[kMaxRank], x[kMaxRank], y[kMaxRank];  ///< elements that each input moves by along them; 0 where it is stretched
};

/// Checks counts and types, and tells the shapes of condition, x and y.
Status expect_selection(PrepareContext& c, Shape* condition, Shape* x, Shape* y);
/// For shapes that broadcast to a common one.
Status prepare_selection(PrepareContext& c, const Shape& condition, const Shape& x, const Shape& y);
Status eval_selection(const EvalContext& c);

}  // namespace midge
