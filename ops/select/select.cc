// SELECT: prepare.
#include "ops/select/select.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  Shape condition, x, y;
  MIDGE_TRY(expect_selection(c, &condition, &x, &y));
  if (x.count() == 1 && y.count() == 1 && condition.count() == 1) return prepare_selection(c, condition, x, y);
  if (x != y) return c.fail_input(2, Code::kShapeMismatch);
  if (condition != x && condition.rank != 0) {
    if (condition.rank != 1 || x.rank == 0 || condition[0] != x[0]) return c.fail_input(0, Code::kShapeMismatch);
    condition.rank = x.rank;  // a vector broadcasts from the front
    for (int32_t d = 1; d < x.rank; ++d) condition.dims[d] = 1;
  }
  return prepare_selection(c, condition, x, y);
}

constexpr Variant kAll[] = {{Type::kBool, Type::kAny, Type::kAny, prepare, eval_selection}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(select, midge::kAll)
