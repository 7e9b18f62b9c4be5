// PAD: the input with a border of zeros (quantised: of the output's zero point) of constant width. Any type of 1, 2, 4 or 8 bytes.
#pragma once
#include "ops/common/pad.h"
