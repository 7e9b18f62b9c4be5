// FLOOR: out = the largest integer up to x. float32.
#pragma once
#include "ops/common/unary.h"
