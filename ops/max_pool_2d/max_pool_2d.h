// MAX_POOL_2D: out[b,y,x,c] = act(max of in[b, y*sh+dy-pt, x*sw+dx-pl, c] over the window)
//
// Elements outside the input do not take part. Types: int8, int16, uint8 (the integers as they are, whatever the scales), float32.
// Prepared data and kernels are those of ops/common/pool.h and kernels/pooling.
#pragma once
#include "ops/common/pool.h"
