// LOGICAL_AND: the variant.
#include "ops/logical_and/logical_and.h"

#include "ops/registry.h"

namespace midge {
namespace {

bool both(bool a, bool b) { return a && b; }

constexpr Variant kAll[] = {pair_variant<both>()};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(logical_and, midge::kAll)
