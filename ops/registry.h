// The registrations that ops.def declares. midge::ops::conv_2d has the kernels of every type; the others have those of one kind of
// model, so that nothing else is linked:
//
//   conv_2d_s8       int8 activations            conv_2d_f32      float32
//   conv_2d_s4       int8, weights of 4, 2 bits  conv_2d_hybrid   float32 with integer weights (dynamic range)
//   conv_2d_s16      int16 activations           conv_2d_u8       uint8
//   conv_2d_s32      int32, int64 and bool
//
// A registration of an operator without kernels of the kind is empty. Several of one operator may be added to a resolver.
#pragma once
#include "ops/context.h"

namespace midge {

/// The kinds of registrations, in the order of the table above.
enum class Kind : uint8_t { kS8, kS4, kS16, kF32, kHybrid, kU8, kS32, kAny };

/// The kind of a combination of types: that of the activations, which is the first type that is no index, condition or size; the
/// output goes before input 1, which may be weights. kAny: movement of any type.
constexpr Kind kind_of(Type input0, Type input1, Type output0) {
  const Type types[] = {input0, output0, input1};
  const bool packed = input1 == Type::kInt4 || input1 == Type::kInt2;
  bool any = false;
  for (const Type t : types) {
    switch (t) {
      case Type::kInt8: return packed ? Kind::kS4 : Kind::kS8;
      case Type::kUint8: return Kind::kU8;
      case Type::kInt16: return Kind::kS16;
      case Type::kFloat32: return packed || input1 == Type::kInt8 || input1 == Type::kUint8 ? Kind::kHybrid : Kind::kF32;
      case Type::kAny: any = true; break;
      default: break;
    }
  }
  return any ? Kind::kAny : Kind::kS32;
}

/// The variants of one kind, picked by the compiler from a list with static storage.
template <const auto& kVariants, Kind kKind>
struct VariantsOf {
  static constexpr uint32_t kAll = sizeof kVariants / sizeof *kVariants;
  static constexpr bool has(const Variant& v) {
    const Kind kind = kind_of(v.input0, v.input1, v.output0);
    return kind == kKind || kind == Kind::kAny;
  }
  static constexpr uint32_t count() {
    uint32_t n = 0;
    for (const Variant& v : kVariants) n += has(v) ? 1 : 0;
    return n;
  }
  struct List {
    Variant variants[count() + 1];  // one more: there may be none
  };
  static constexpr List make() {
    List list = {};
    uint32_t n = 0;
    for (const Variant& v : kVariants) {
      if (has(v)) list.variants[n++] = v;
    }
    return list;
  }
  static constexpr List kList = make();
};

namespace ops {

#define MIDGE_OP(name, builtin, version)     \
  extern const OpRegistration name;          \
  extern const OpRegistration name##_s8;     \
  extern const OpRegistration name##_s4;     \
  extern const OpRegistration name##_s16;    \
  extern const OpRegistration name##_f32;    \
  extern const OpRegistration name##_hybrid; \
  extern const OpRegistration name##_u8;     \
  extern const OpRegistration name##_s32;
#include "ops/ops.def"

namespace newest {
#define MIDGE_OP(name, builtin, version) constexpr int32_t name = version;
#include "ops/ops.def"
}  // namespace newest

namespace builtin_of {
#define MIDGE_OP(name, builtin, version) constexpr Builtin name = Builtin::builtin;
#include "ops/ops.def"
}  // namespace builtin_of

namespace custom_name_of {
#define MIDGE_OP(name, builtin, version) constexpr const char* name = nullptr;
#define MIDGE_CUSTOM_OP(name, spelling, version) constexpr const char* name = spelling;
#include "ops/ops.def"
}  // namespace custom_name_of

}  // namespace ops
}  // namespace midge

/// In <name>.cc: defines the registrations from the list of all variants.
#define MIDGE_REGISTER_KIND(name, all, suffix, kind)                                                                                \
  const OpRegistration name##suffix = {static_cast<int32_t>(builtin_of::name), newest::name, VariantsOf<all, kind>::kList.variants, \
                                       VariantsOf<all, kind>::count(), custom_name_of::name};
#define MIDGE_REGISTER(name, all)                                                                                                           \
  namespace midge {                                                                                                                         \
  namespace ops {                                                                                                                           \
  const OpRegistration name = {static_cast<int32_t>(builtin_of::name), newest::name, all, sizeof(all) / sizeof *all, custom_name_of::name}; \
  MIDGE_REGISTER_KIND(name, all, _s8, Kind::kS8)                                                                                            \
  MIDGE_REGISTER_KIND(name, all, _s4, Kind::kS4)                                                                                            \
  MIDGE_REGISTER_KIND(name, all, _s16, Kind::kS16)                                                                                          \
  MIDGE_REGISTER_KIND(name, all, _f32, Kind::kF32)                                                                                          \
  MIDGE_REGISTER_KIND(name, all, _hybrid, Kind::kHybrid)                                                                                    \
  MIDGE_REGISTER_KIND(name, all, _u8, Kind::kU8)                                                                                            \
  MIDGE_REGISTER_KIND(name, all, _s32, Kind::kS32)                                                                                          \
  }                                                                                                                                         \
  }
