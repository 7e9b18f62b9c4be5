// See array_compare.h.
#include "report/array_compare.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "base/float16.h"

namespace midge {
namespace {

template <class T>
T load(const NpyArray& array, uint64_t i) {
  T value;
  std::memcpy(&value, array.bytes.data() + i * sizeof(T), sizeof(T));
  return value;
}

double tolerance_of(const NpyArray& expected, double relative) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (uint64_t i = 0; i < expected.count(); ++i) {
    const double v = element_as_double(expected, i);
    if (!std::isfinite(v)) continue;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  if (low > high) return 0;
  return relative * (high > low ? high - low : std::fabs(high));
}

double distance(double a, double b) {
  if ((std::isnan(a) && std::isnan(b)) || a == b) return 0;
  const double d = std::fabs(a - b);
  return std::isnan(d) ? std::numeric_limits<double>::infinity() : d;
}

std::vector<uint64_t> unravel(uint64_t i, const std::vector<uint64_t>& shape) {
  std::vector<uint64_t> out(shape.size());
  for (size_t d = shape.size(); d-- > 0; i /= shape[d]) out[d] = i % shape[d];
  return out;
}

}  // namespace

double element_as_double(const NpyArray& array, uint64_t i) {
  switch (array.type) {
    case Type::kInt8: return load<int8_t>(array, i);
    case Type::kUint8:
    case Type::kBool: return load<uint8_t>(array, i);
    case Type::kInt16: return load<int16_t>(array, i);
    case Type::kUint16: return load<uint16_t>(array, i);
    case Type::kInt32: return load<int32_t>(array, i);
    case Type::kUint32: return load<uint32_t>(array, i);
    case Type::kUint64: return static_cast<double>(load<uint64_t>(array, i));
    case Type::kFloat16: return float_of_half(load<uint16_t>(array, i));
    case Type::kInt64: return static_cast<double>(load<int64_t>(array, i));
    case Type::kFloat32: return load<float>(array, i);
    case Type::kFloat64: return load<double>(array, i);
    default: throw std::logic_error("an array of a type that .npy files here do not have");
  }
}

ArrayComparison compare_arrays(const NpyArray& got, const NpyArray& expected, double relative) {
  if (got.type != expected.type || got.shape != expected.shape) throw std::logic_error("compare_arrays: types or shapes differ");
  const bool is_float = got.type == Type::kFloat32 || got.type == Type::kFloat64;
  const size_t item = type_bytes(got.type);
  ArrayComparison out;
  out.values = got.count();
  if (is_float) out.tolerance = tolerance_of(expected, relative);
  for (uint64_t i = 0; i < out.values; ++i) {
    if (std::memcmp(got.bytes.data() + i * item, expected.bytes.data() + i * item, item) == 0) continue;
    const double a = element_as_double(got, i), b = element_as_double(expected, i);
    const double d = distance(a, b);
    out.largest_difference = std::max(out.largest_difference, d);
    if (is_float && d <= out.tolerance) continue;
    if (out.different++ == 0) out.first = unravel(i, got.shape), out.first_got = a, out.first_expected = b;
  }
  return out;
}

}  // namespace midge
