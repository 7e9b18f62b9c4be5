// SPLIT: the input (input 1) cut into equal pieces along a constant axis (input 0). Any type of 1, 2, 4 or 8 bytes.
#pragma once
#include "ops/common/pieces.h"
