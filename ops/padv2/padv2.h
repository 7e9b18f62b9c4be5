// PADV2: the input with a border of constant width, filled with a scalar (input 2, constant or computed). Any type of 1, 2, 4 or
// 8 bytes; a quantised scalar has the output's scale and zero point.
#pragma once
#include "ops/common/pad.h"
