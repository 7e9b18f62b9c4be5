/* C names of the operators' registrations: midge_op_<name>() for every type, midge_op_<name>_s8() for int8 only. */
#ifndef MIDGE_OPS_H_
#define MIDGE_OPS_H_

#include "midge/midge.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MIDGE_OP(name, builtin, version) \
  const midge_op* midge_op_##name(void); \
  const midge_op* midge_op_##name##_s8(void);
#include "ops/ops.def"
#undef MIDGE_OP

#ifdef __cplusplus
}
#endif

#endif /* MIDGE_OPS_H_ */
