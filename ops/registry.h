// The registrations that ops.def declares: midge::ops::conv_2d (every type it has kernels for), midge::ops::conv_2d_s8 (int8
// only), and so on. Naming one links its kernels; nothing else does.
#pragma once
#include "ops/context.h"

namespace midge {
namespace ops {

#define MIDGE_OP(name, builtin, version) \
  extern const OpRegistration name;      \
  extern const OpRegistration name##_s8;
#include "ops/ops.def"
#undef MIDGE_OP

namespace newest {
#define MIDGE_OP(name, builtin, version) constexpr int32_t name = version;
#include "ops/ops.def"
#undef MIDGE_OP
}  // namespace newest

namespace builtin_of {
#define MIDGE_OP(name, builtin, version) constexpr Builtin name = Builtin::builtin;
#include "ops/ops.def"
#undef MIDGE_OP
}  // namespace builtin_of

}  // namespace ops
}  // namespace midge

/// In <name>.cc: defines both registrations from the variants of all types and those of int8.
#define MIDGE_REGISTER(name, all, int8_only)                                                                                                 \
  namespace midge {                                                                                                                          \
  namespace ops {                                                                                                                            \
  const OpRegistration name = {static_cast<int32_t>(builtin_of::name), newest::name, all, sizeof(all) / sizeof *all};                        \
  const OpRegistration name##_s8 = {static_cast<int32_t>(builtin_of::name), newest::name, int8_only, sizeof(int8_only) / sizeof *int8_only}; \
  }                                                                                                                                          \
  }
