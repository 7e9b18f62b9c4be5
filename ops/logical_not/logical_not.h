// LOGICAL_NOT: out = !x for bool.
#pragma once
#include "ops/common/unary.h"

namespace midge {

struct LogicalNotData {
  int32_t count;
};

}  // namespace midge
