// BATCH_TO_SPACE_ND: batches become the positions within a block of space, see ops/common/blocks.h; then the edges are cropped. Any type
// of 1, 2, 4 or 8 bytes; block shape (input 1) and crops (input 2) are constants.
#pragma once
#include "ops/common/blocks.h"
