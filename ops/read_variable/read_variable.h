// READ_VARIABLE: out = the variable that input 0 names. A variable that nothing has assigned yet holds its zero point (int8) or zero
// bytes. See common/resource_variables.h.
#pragma once
#include "ops/common/resource_variables.h"
