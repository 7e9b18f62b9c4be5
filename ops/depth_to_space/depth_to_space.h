// DEPTH_TO_SPACE: out[b, y * k + i, x * k + j, c] = in[b, y, x, (i * k + j) * channels + c] with the block size k, in NHWC. Any type of 1,
// 2, 4 or 8 bytes.
#pragma once
#include "ops/common/blocks.h"
