// ASSIGN_VARIABLE: the variable that input 0 names = input 1. See common/resource_variables.h.
#pragma once
#include "ops/common/resource_variables.h"
