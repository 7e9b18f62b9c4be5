// SPACE_TO_BATCH_ND: the positions within a block of space become batches, see ops/common/blocks.h. The border is filled with the zero
// point, or with 0 where there is none. Any type of 1, 2, 4 or 8 bytes; block shape (input 1) and border (input 2) are constants.
#pragma once
#include "ops/common/blocks.h"
