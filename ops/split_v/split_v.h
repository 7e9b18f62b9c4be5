// SPLIT_V: the input cut into pieces of given lengths (input 1) along an axis (input 2), both constants. One length may be -1: the
// rest. Any type of 1, 2, 4 or 8 bytes.
#pragma once
#include "ops/common/pieces.h"
