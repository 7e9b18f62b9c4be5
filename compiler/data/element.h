// Elements of arrays, whatever their type.
#pragma once
#include <algorithm>
#include <cstring>
#include <span>

#include "base/float16.h"
#include "model/schema.h"

namespace midge {

/// Calls f(T()) with T the C++ type of an array's elements; uint16_t stands for float16 too.
template <class F>
void with_element(Type type, F f) {
  switch (type) {
    case Type::kInt8: return f(int8_t());
    case Type::kBool:
    case Type::kUint8: return f(uint8_t());
    case Type::kInt16: return f(int16_t());
    case Type::kUint16:
    case Type::kFloat16: return f(uint16_t());
    case Type::kInt32: return f(int32_t());
    case Type::kUint32: return f(uint32_t());
    case Type::kInt64: return f(int64_t());
    case Type::kUint64: return f(uint64_t());
    case Type::kFloat32: return f(float());
    case Type::kFloat64: return f(double());
    default: return;
  }
}

/// Element `i` as a number.
inline double element(Type type, const uint8_t* bytes, size_t i) {
  double out = 0;
  with_element(type, [&](auto zero) {
    auto v = zero;
    std::memcpy(&v, bytes + i * sizeof v, sizeof v);
    if constexpr (sizeof v == 2) {
      if (type == Type::kFloat16) {
        out = static_cast<double>(float_of_half(static_cast<uint16_t>(v)));
        return;
      }
    }
    out = static_cast<double>(v);
  });
  return out;
}

/// Elements to float32, rounded to nearest.
inline void to_floats(Type type, const uint8_t* bytes, size_t count, float* out) {
  if (type == Type::kFloat32) {
    std::memcpy(out, bytes, count * sizeof(float));
    return;
  }
  with_element(type, [&](auto zero) {
    auto v = zero;
    for (size_t i = 0; i < count; ++i) {
      std::memcpy(&v, bytes + i * sizeof v, sizeof v);
      if constexpr (sizeof v == 2) {
        out[i] = type == Type::kFloat16 ? float_of_half(static_cast<uint16_t>(v)) : static_cast<float>(v);
      } else {
        out[i] = static_cast<float>(v);
      }
    }
  });
}

/// Big-endian elements to little-endian ones, in place.
inline void swap_elements(std::span<uint8_t> bytes, size_t each) {
  for (size_t i = 0; i + each <= bytes.size(); i += each) std::reverse(bytes.data() + i, bytes.data() + i + each);
}

}  // namespace midge
