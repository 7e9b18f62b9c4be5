// SQUEEZE: prepare and eval.
#include "ops/squeeze/squeeze.h"

#include "ops/registry.h"

namespace midge {
namespace {

constexpr uint32_t kSqueezeDims = 0;  // option field

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(1, 1));
  MIDGE_TRY(check_movable(c, 0));
  const Shape in = c.input(0).shape;
  const VectorAt named = c.options().vector(kSqueezeDims, 4);
  uint32_t dropped = 0;
  for (uint32_t i = 0; i < named.count; ++i) {
    int32_t d = c.options().element(named, i);
    if (!wrap_axis(&d, in.rank) || in[d] != 1) return c.fail_input(0, Code::kBadValue);
    dropped |= 1u << d;
  }
  Shape out;
  for (int32_t d = 0; d < in.rank; ++d) {
    const bool drop = named.count == 0 ? in[d] == 1 : (dropped >> d & 1) != 0;
    if (!drop) out.dims[out.rank++] = in[d];
  }
  return prepare_bytes(c, out);
}

constexpr Variant kAll[] = {{Type::kAny, Type::kAny, Type::kAny, prepare, eval_bytes}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(squeeze, midge::kAll)
