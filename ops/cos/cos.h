// COS: out = cos(x). float32.
#pragma once
#include "ops/common/unary.h"
