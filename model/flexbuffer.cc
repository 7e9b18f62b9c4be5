// FlexBuffers: a value is a packed type (2 bits of width, 6 bits of type) and either the number itself, as wide as its parent's
// elements, or the distance back to where it lies. A vector's count lies before its elements, the elements' packed types after them;
// before a map's count lie the distance to the vector of its keys and the width of that.
#include "model/flexbuffer.h"

#include "base/memory.h"

namespace midge {
namespace {

namespace type {
enum : uint32_t {
  kNull = 0,
  kInt = 1,
  kUint = 2,
  kFloat = 3,
  kKey = 4,
  kString = 5,
  kIndirectInt = 6,
  kIndirectFloat = 8,
  kMap = 9,
  kVector = 10,
  kVectorInt = 11,  // to kVectorKey: of kInt to kKey
  kVectorKey = 14,
  kVectorInt2 = 16,  // to kVectorFloat4: two, three and four each of kInt, kUint and kFloat, without a count
  kVectorFloat4 = 24,
  kBool = 26,
  kVectorBool = 36,
};
}  // namespace type

constexpr uint32_t packed(uint32_t t, uint32_t width_bits) { return t << 2 | width_bits; }
constexpr uint32_t width_bits(uint32_t width) { return width == 1 ? 0 : (width == 2 ? 1 : (width == 4 ? 2 : 3)); }

int64_t sign_extend(uint64_t bits, uint32_t width) {
  const uint32_t unused = 64 - 8 * width;
  return static_cast<int64_t>(bits << unused) >> unused;
}

template <class T, class Bits>
T from_bits(Bits bits) {
  static_assert(sizeof(T) == sizeof bits, "a number and its bits");
  T x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

}  // namespace

uint64_t FlexValue::load(uint32_t at, uint32_t width) const {
  uint64_t v = 0;
  for (uint32_t i = 0; i < width; ++i) v |= static_cast<uint64_t>(buffer_[at + i]) << (8 * i);
  return v;
}

bool FlexValue::follow(uint32_t at, uint32_t width, uint32_t* target) const {
  const uint64_t back = load(at, width);
  if (back > at) return false;
  *target = at - static_cast<uint32_t>(back);
  return true;
}

FlexValue FlexValue::root(Span<const uint8_t> buffer) {
  if (buffer.size < 3) return FlexValue();
  const uint32_t width = buffer[buffer.size - 1], packed_type = buffer[buffer.size - 2];
  if ((width != 1 && width != 2 && width != 4 && width != 8) || width > buffer.size - 2) return FlexValue();
  return decode({buffer.data, buffer.size - 2}, buffer.size - 2 - width, width, packed_type);
}

/// The value whose number or distance lies at `at`, inside the buffer.
FlexValue FlexValue::decode(Span<const uint8_t> buffer, uint32_t at, uint32_t parent_width, uint32_t packed_type) {
  FlexValue v;
  v.buffer_ = buffer;
  v.at_ = at;
  v.width_ = static_cast<uint8_t>(parent_width);
  uint32_t t = packed_type >> 2;
  const bool direct = t <= type::kFloat || t == type::kBool;
  if (!direct) {
    if (!v.follow(at, parent_width, &v.at_)) return FlexValue();
    v.width_ = static_cast<uint8_t>(1u << (packed_type & 3));
  }
  if (t >= type::kIndirectInt && t <= type::kIndirectFloat) t -= type::kIndirectInt - type::kInt;
  bool ok = true;
  switch (t) {
    case type::kInt: v.kind_ = Kind::kInt; break;
    case type::kUint: v.kind_ = Kind::kUint; break;
    case type::kBool: v.kind_ = Kind::kBool; break;
    case type::kFloat:
      v.kind_ = Kind::kFloat;
      ok = v.width_ >= 4;
      break;
    case type::kKey:
      v.kind_ = Kind::kText;
      while (v.at_ + v.characters_ < buffer.size && buffer[v.at_ + v.characters_] != 0) ++v.characters_;
      return v.at_ + v.characters_ < buffer.size ? v : FlexValue();
    case type::kString:
      v.kind_ = Kind::kText;
      ok = v.read_count(1, 0);
      v.characters_ = v.count_;
      v.count_ = 0;
      return ok ? v : FlexValue();
    case type::kMap: v.kind_ = Kind::kMap; return v.at_ >= 3u * v.width_ && v.read_count(v.width_, 1) ? v : FlexValue();
    case type::kVector: v.kind_ = Kind::kVector; return v.read_count(v.width_, 1) ? v : FlexValue();
    default:
      v.kind_ = Kind::kVector;
      if (t >= type::kVectorInt && t <= type::kVectorKey) {
        v.element_type_ = static_cast<uint8_t>(packed(t - type::kVectorInt + type::kInt, 0));
      } else if (t == type::kVectorBool) {
        v.element_type_ = packed(type::kBool, 0);
      } else if (t >= type::kVectorInt2 && t <= type::kVectorFloat4) {
        v.element_type_ = static_cast<uint8_t>(packed((t - type::kVectorInt2) % 3 + type::kInt, 0));
        v.count_ = (t - type::kVectorInt2) / 3 + 2;
        return v.inside(v.at_, v.count_ * v.width_) ? v : FlexValue();
      } else {
        return FlexValue();  // null, a blob, or no type of the format
      }
      return v.read_count(v.width_, 0) ? v : FlexValue();
  }
  return ok && v.inside(v.at_, v.width_) ? v : FlexValue();
}

/// The count before what lies at at_; false unless that many elements, and `trailing` bytes for each, lie inside the buffer.
bool FlexValue::read_count(uint32_t element_bytes, uint32_t trailing) {
  if (at_ < width_ || !inside(at_, 0)) return false;
  const uint64_t count = load(at_ - width_, width_);
  if (count > buffer_.size || !inside(at_, count * (element_bytes + trailing))) return false;
  count_ = static_cast<uint32_t>(count);
  return true;
}

bool FlexValue::integer(int32_t* out) const {
  if (kind_ != Kind::kInt && kind_ != Kind::kUint && kind_ != Kind::kBool) return false;
  if (kind_ != Kind::kInt && number() > INT32_MAX) return false;
  const int64_t v = sign_extend(number(), kind_ == Kind::kInt ? width_ : 8);
  if (v < INT32_MIN || v > INT32_MAX) return false;
  *out = static_cast<int32_t>(v);
  return true;
}

bool FlexValue::real(float* out) const {
  if (kind_ == Kind::kFloat) {
    *out = width_ == 4 ? from_bits<float>(static_cast<uint32_t>(number())) : static_cast<float>(from_bits<double>(number()));
    return true;
  }
  if (kind_ == Kind::kInt) {
    *out = static_cast<float>(sign_extend(number(), width_));
    return true;
  }
  if (kind_ != Kind::kUint && kind_ != Kind::kBool) return false;
  *out = static_cast<float>(number());
  return true;
}

bool FlexValue::boolean(bool* out) const {
  if (kind_ != Kind::kInt && kind_ != Kind::kUint && kind_ != Kind::kBool) return false;
  *out = number() != 0;
  return true;
}

Span<const char> FlexValue::text() const {
  if (kind_ != Kind::kText) return {};
  return {reinterpret_cast<const char*>(buffer_.data + at_), characters_};
}

FlexValue FlexValue::at(uint32_t i) const {
  if (i >= count_) return FlexValue();
  const uint32_t element = element_type_ != 0 ? element_type_ : buffer_[at_ + count_ * width_ + i];
  return decode(buffer_, at_ + i * width_, width_, element);
}

FlexValue FlexValue::operator[](const char* key) const {
  if (kind_ != Kind::kMap) return FlexValue();
  const uint64_t keys_width = load(at_ - 2 * width_, width_);
  if (keys_width != 1 && keys_width != 2 && keys_width != 4 && keys_width != 8) return FlexValue();
  const FlexValue keys = decode(buffer_, at_ - 3 * width_, width_, packed(type::kVectorKey, width_bits(static_cast<uint32_t>(keys_width))));
  const size_t length = strlen(key);
  for (uint32_t i = 0; i < min(keys.count_, count_); ++i) {
    const Span<const char> name = keys.at(i).text();
    if (name.size == length && memcmp(name.data, key, length) == 0) return at(i);
  }
  return FlexValue();
}

}  // namespace midge
