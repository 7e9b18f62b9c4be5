/* C names of the operators' registrations: midge_op_<name>() for every type, midge_op_<name>_<kind>() for one kind of model, as
 * ops/registry.h lists them. */
#ifndef MIDGE_OPS_H_
#define MIDGE_OPS_H_

#include "midge/midge.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MIDGE_OP(name, builtin, version)          \
  const midge_op* midge_op_##name(void);          \
  const midge_op* midge_op_##name##_s8(void);     \
  const midge_op* midge_op_##name##_s4(void);     \
  const midge_op* midge_op_##name##_s16(void);    \
  const midge_op* midge_op_##name##_f32(void);    \
  const midge_op* midge_op_##name##_hybrid(void); \
  const midge_op* midge_op_##name##_u8(void);     \
  const midge_op* midge_op_##name##_s32(void);
#include "ops/ops.def"

#ifdef __cplusplus
}
#endif

#endif /* MIDGE_OPS_H_ */
