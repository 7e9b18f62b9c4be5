// L2_POOL_2D: out[b,y,x,c] = act(root of the mean of in[b, y*sh+dy-pt, x*sw+dx-pl, c]^2 over the window)
//
// Elements outside the input do not take part. Types: float32. Prepared data and the kernel are those of ops/common/pool.h and
// kernels/pooling.
#pragma once
#include "ops/common/pool.h"
