// Names of operators and types, for messages.
#include "model/schema.h"

namespace midge {

const char* builtin_name(int32_t code) {
  switch (code) {
#define MIDGE_BUILTIN(name, value) \
  case value: return #name;
#include "model/builtin_operators.def"
#undef MIDGE_BUILTIN
    default: return nullptr;
  }
}

const char* type_name(Type type) {
  static constexpr const char* kNames[] = {"float32",  "float16",  "int32",     "uint8",         "int64",      "string",
                                           "bool",     "int16",    "complex64", "int8",          "float64",    "complex128",
                                           "uint64",   "resource", "variant",   "uint32",        "uint16",     "int4",
                                           "bfloat16", "int2",     "uint4",     "float8_e4m3fn", "float8_e5m2"};
  const uint32_t i = static_cast<uint32_t>(type);
  if (type == Type::kNone) return "absent";
  if (type == Type::kAny) return "any";
  return i < sizeof kNames / sizeof *kNames ? kNames[i] : "unknown";
}

}  // namespace midge
