// SQUEEZE: the same elements without dimensions of 1: those that the options name, or all. Any type of 1, 2, 4 or 8 bytes.
#pragma once
#include "ops/common/movement.h"
