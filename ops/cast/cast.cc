// CAST: prepare and eval.
#include "ops/cast/cast.h"

#include "base/float16.h"
#include "ops/registry.h"

namespace midge {
namespace {

bool is_supported(Type t) {
  switch (t) {
    case Type::kFloat32:
    case Type::kFloat16:
    case Type::kInt8:
    case Type::kUint8:
    case Type::kInt16:
    case Type::kUint16:
    case Type::kInt32:
    case Type::kUint32:
    case Type::kInt64:
    case Type::kBool: return true;
    default: return false;
  }
}

int64_t load_integer(Type t, const void* from, int32_t i) {
  switch (t) {
    case Type::kInt8: return static_cast<const int8_t*>(from)[i];
    case Type::kUint8: return static_cast<const uint8_t*>(from)[i];
    case Type::kInt16: return static_cast<const int16_t*>(from)[i];
    case Type::kUint16: return static_cast<const uint16_t*>(from)[i];
    case Type::kInt32: return static_cast<const int32_t*>(from)[i];
    case Type::kUint32: return static_cast<const uint32_t*>(from)[i];
    case Type::kInt64: return static_cast<const int64_t*>(from)[i];
    default: return static_cast<const uint8_t*>(from)[i] != 0;  // bool
  }
}

void store_integer(Type t, int64_t x, void* to, int32_t i) {
  switch (type_bytes(t)) {
    case 1: static_cast<uint8_t*>(to)[i] = static_cast<uint8_t>(t == Type::kBool ? x != 0 : x); break;
    case 2: static_cast<uint16_t*>(to)[i] = static_cast<uint16_t>(x); break;
    case 4: static_cast<uint32_t*>(to)[i] = static_cast<uint32_t>(x); break;
    default: static_cast<int64_t*>(to)[i] = x; break;
  }
}

bool is_float(Type t) { return t == Type::kFloat32 || t == Type::kFloat16; }

float load_float(Type t, const void* from, int32_t i) {
  return t == Type::kFloat32 ? static_cast<const float*>(from)[i] : float_of_half(static_cast<const uint16_t*>(from)[i]);
}

void store_float(Type t, float x, void* to, int32_t i) {
  if (t == Type::kFloat32) {
    static_cast<float*>(to)[i] = x;
  } else {
    static_cast<uint16_t*>(to)[i] = half_of_float(x);
  }
}

/// x without its fraction, within the range of an integer type or bool.
int64_t saturated(float x, Type t) {
  if (t == Type::kBool) return x != 0;
  const bool is_unsigned = t == Type::kUint8 || t == Type::kUint16 || t == Type::kUint32;
  const uint32_t bits = type_bits(t) - (is_unsigned ? 0 : 1);
  const int64_t high = static_cast<int64_t>((UINT64_C(1) << bits) - 1), low = is_unsigned ? 0 : -high - 1;
  if (!(x < static_cast<float>(high))) return high;
  return x > static_cast<float>(low) ? static_cast<int64_t>(x) : low;
}

Status prepare(PrepareContext& c) {
  int32_t count;
  MIDGE_TRY(prepare_unary_shape(c, &count));
  const Type from = c.input(0).type, to = c.output(0).type;
  if (!is_supported(from)) return c.fail_input(0, Code::kUnsupportedType);
  if (!is_supported(to)) return c.fail_output(0, Code::kUnsupportedType);
  CastData* p;
  MIDGE_TRY(c.allocate(&p));
  *p = CastData{count, static_cast<uint8_t>(from), static_cast<uint8_t>(to), {}};
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const CastData& p = c.data<CastData>();
  const Type from = static_cast<Type>(p.from), to = static_cast<Type>(p.to);
  const void* in = c.input<void>(0);
  void* out = c.output<void>(0);
  for (int32_t i = 0; i < p.count; ++i) {
    if (is_float(from)) {
      const float x = load_float(from, in, i);
      is_float(to) ? store_float(to, x, out, i) : store_integer(to, saturated(x, to), out, i);
    } else {
      const int64_t x = load_integer(from, in, i);
      is_float(to) ? store_float(to, static_cast<float>(x), out, i) : store_integer(to, x, out, i);
    }
  }
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kAny, Type::kNone, Type::kAny, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(cast, midge::kAll)
