// SELECT_V2: prepare.
#include "ops/select_v2/select_v2.h"

#include "ops/registry.h"

namespace midge {
namespace {

Status prepare(PrepareContext& c) {
  Shape condition, x, y;
  MIDGE_TRY(expect_selection(c, &condition, &x, &y));
  return prepare_selection(c, condition, x, y);
}

constexpr Variant kAll[] = {{Type::kBool, Type::kAny, Type::kAny, prepare, eval_selection}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(select_v2, midge::kAll)
