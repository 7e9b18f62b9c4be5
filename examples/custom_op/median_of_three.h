/* The two registrations of the custom operator MedianOfThree. */
#ifndef EXAMPLES_CUSTOM_OP_MEDIAN_OF_THREE_H_
#define EXAMPLES_CUSTOM_OP_MEDIAN_OF_THREE_H_

#include "midge/custom_op.h"

#ifdef __cplusplus
#include "midge/resolver.h"
extern const midge::OpRegistration median_of_three;
extern "C" {
#endif

extern const midge_custom_op median_of_three_c;

#ifdef __cplusplus
}
#endif

#endif
