// EMBEDDING_LOOKUP: out[i,..] = table[ids[i],..]
//
// ids are int32 of rank 1, the table has rank 2 and above. An id outside the table is refused at run time.
// Types: any whose elements have 1, 2, 4 or 8 bytes, moved as they are; and a table of 8, 4 or 2 bits, with one scale or one a row,
// to float32: out = scale * element. uint8 is int8 by another name then, as old converters wrote it.
#pragma once
#include "ops/context.h"

namespace midge {

struct EmbeddingLookup {
  int32_t count;  ///< of ids
  int32_t rows;
  int32_t row_elements;
  int32_t bits;  ///< of the table's elements
  Quantization scales;
};

}  // namespace midge
