#include "compiler/import/onnx/source.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

namespace midge::onnx {

std::optional<Type> graph_type(Element e) {
  switch (e) {
    case Element::kFloat:
    case Element::kFloat16:
    case Element::kBfloat16:
    case Element::kDouble: return Type::kFloat32;
    case Element::kUint4:
    case Element::kUint8: return Type::kUint8;
    case Element::kInt4:
    case Element::kInt8: return Type::kInt8;
    case Element::kUint16: return Type::kUint16;
    case Element::kInt16: return Type::kInt16;
    case Element::kInt32: return Type::kInt32;
    case Element::kInt64: return Type::kInt64;
    case Element::kUint32: return Type::kUint32;
    case Element::kUint64: return Type::kUint64;
    case Element::kBool: return Type::kBool;
    default: return std::nullopt;
  }
}

std::string element_name(Element e) {
  switch (e) {
    case Element::kString: return "string";
    case Element::kFloat16: return "float16";
    case Element::kBfloat16: return "bfloat16";
    case Element::kDouble: return "float64";
    case Element::kUint4: return "uint4";
    case Element::kInt4: return "int4";
    default: break;
  }
  const std::optional<Type> t = graph_type(e);
  return t ? type_name(*t) : fmt::format("element type {}", static_cast<int32_t>(e));
}

std::optional<uint64_t> element_count(const std::vector<int64_t>& dims) {
  constexpr uint64_t kMost = uint64_t{1} << 31;
  uint64_t n = 1;
  for (const int64_t d : dims) {
    if (d < 0 || static_cast<uint64_t>(d) > kMost) return std::nullopt;
    n *= static_cast<uint64_t>(d);
    if (n > kMost) return std::nullopt;
  }
  return n;
}

namespace {

float half_to_float(uint16_t h) {
  const int exponent = h >> 10 & 31;
  const float fraction = static_cast<float>(h & 1023);
  const float sign = (h & 0x8000) != 0 ? -1.f : 1.f;
  if (exponent == 31) return fraction == 0 ? sign * INFINITY : NAN;
  return sign * (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25));
}

template <class From, class Convert>
ir::Bytes to_floats(const uint8_t* raw, uint64_t count, Convert convert) {
  ir::Bytes out(count * sizeof(float));
  for (uint64_t i = 0; i < count; ++i) {
    From v;
    std::memcpy(&v, raw + i * sizeof v, sizeof v);
    const float f = convert(v);
    std::memcpy(out.data() + i * sizeof f, &f, sizeof f);
  }
  return out;
}

ir::Bytes unpack_nibbles(const uint8_t* raw, uint64_t count, bool is_signed) {
  ir::Bytes out(count);
  for (uint64_t i = 0; i < count; ++i) {
    const uint8_t v = (i % 2 == 0 ? raw[i / 2] : raw[i / 2] >> 4) & 15;
    out[i] = is_signed && v > 7 ? static_cast<uint8_t>(v | 0xf0) : v;
  }
  return out;
}

}  // namespace

std::optional<ir::Bytes> elements_from_raw(Element e, const uint8_t* raw, size_t bytes, uint64_t count) {
  const auto holds = [&](uint64_t each) { return bytes == count * each; };
  switch (e) {
    case Element::kFloat16: return holds(2) ? std::optional(to_floats<uint16_t>(raw, count, half_to_float)) : std::nullopt;
    case Element::kBfloat16:
      if (!holds(2)) return std::nullopt;
      return to_floats<uint16_t>(raw, count, [](uint16_t v) {
        const uint32_t wide = static_cast<uint32_t>(v) << 16;
        float f;
        std::memcpy(&f, &wide, sizeof f);
        return f;
      });
    case Element::kDouble:
      return holds(8) ? std::optional(to_floats<double>(raw, count, [](double v) { return static_cast<float>(v); })) : std::nullopt;
    case Element::kUint4:
    case Element::kInt4:
      if (bytes != (count + 1) / 2) return std::nullopt;
      return unpack_nibbles(raw, count, e == Element::kInt4);
    default: break;
  }
  const std::optional<Type> t = graph_type(e);
  if (!t || !holds(type_bytes(*t))) return std::nullopt;
  return ir::Bytes(raw, raw + bytes);
}

int64_t Node::integer(const std::string& key, int64_t fallback) const {
  const auto at = attributes.find(key);
  return at == attributes.end() ? fallback : at->second.i;
}

float Node::real(const std::string& key, float fallback) const {
  const auto at = attributes.find(key);
  return at == attributes.end() ? fallback : at->second.f;
}

std::string Node::text(const std::string& key, const std::string& fallback) const {
  const auto at = attributes.find(key);
  return at == attributes.end() ? fallback : at->second.s;
}

std::vector<int64_t> Node::ints(const std::string& key) const {
  const auto at = attributes.find(key);
  return at == attributes.end() ? std::vector<int64_t>() : at->second.ints;
}

std::vector<float> Node::floats(const std::string& key) const {
  const auto at = attributes.find(key);
  return at == attributes.end() ? std::vector<float>() : at->second.floats;
}

std::vector<std::string> Node::strings(const std::string& key) const {
  const auto at = attributes.find(key);
  return at == attributes.end() ? std::vector<std::string>() : at->second.strings;
}

std::string Node::describe() const {
  const std::string& called = !name.empty() || outputs.empty() ? name : outputs.front();
  const std::string full = domain.empty() || domain == "ai.onnx" ? type : domain + "." + type;
  return called.empty() ? full : fmt::format("{} '{}'", full, called);
}

}  // namespace midge::onnx
