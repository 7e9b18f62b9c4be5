// EMBEDDING_LOOKUP for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_embedding_lookup() {
  return {.equation = "out[i,..] = table[ids[i],..]",
          .types = "any type; a table of int8, uint8 (read as int8), int4 or int2 to float32",
          .constraints = {"ids are int32 of rank 1, the table has rank 2 and above.", "An id outside the table is refused at run time.",
                          "A table that becomes float32 is symmetric, with one scale or one a row."}};
}

}  // namespace midge
