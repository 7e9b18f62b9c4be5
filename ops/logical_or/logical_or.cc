// LOGICAL_OR: the variant.
#include "ops/logical_or/logical_or.h"

#include "ops/registry.h"

namespace midge {
namespace {

bool either(bool a, bool b) { return a || b; }

constexpr Variant kAll[] = {pair_variant<either>()};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(logical_or, midge::kAll)
