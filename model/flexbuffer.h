// FlexValue: a value of a FlexBuffer, the format of custom operators' options, read in place. Nothing of the buffer is trusted: a
// value whose bytes do not lie inside it is absent, and a loop of references cannot trap the reader, which follows one a call.
//
// Numbers, booleans, strings and keys; maps and vectors of these, typed or not. Integers serve where a real or a boolean is asked for:
// exporters write 6 for 6.0f and 1 for true.
//
//   const FlexValue options = FlexValue::root(c.custom_options());
//   int32_t shift;
//   if (!options["shift"].integer(&shift)) ...           // there is none, or it is no integer of 32 bits
#pragma once
#include "base/span.h"

namespace midge {

class FlexValue {
 public:
  /// An absent value: what a missing key, an index past the end and a damaged buffer give. A null in the buffer counts as absent.
  FlexValue() = default;
  static FlexValue root(Span<const uint8_t> buffer);

  bool present() const { return kind_ != Kind::kNull; }

  /// Each returns false, and leaves *out alone, where the value is not of the kind or does not fit.
  bool integer(int32_t* out) const;
  bool real(float* out) const;
  bool boolean(bool* out) const;
  /// Of a string or key, without the zero at its end; empty for other kinds.
  Span<const char> text() const;

  /// Elements of a vector or map; 0 for other kinds.
  uint32_t size() const { return count_; }
  /// Element i of a vector, or value i of a map in the order of its keys.
  FlexValue at(uint32_t i) const;
  /// The value of a key of a map.
  FlexValue operator[](const char* key) const;

 private:
  /// The format's types, its many kinds of vectors in one.
  enum class Kind : uint8_t { kNull, kInt, kUint, kFloat, kBool, kText, kMap, kVector };

  static FlexValue decode(Span<const uint8_t> buffer, uint32_t at, uint32_t parent_width, uint32_t packed_type);
  bool inside(uint64_t at, uint64_t bytes) const { return at <= buffer_.size && bytes <= buffer_.size - at; }
  uint64_t load(uint32_t at, uint32_t width) const;
  bool follow(uint32_t at, uint32_t width, uint32_t* target) const;
  bool read_count(uint32_t element_bytes, uint32_t trailing);
  uint64_t number() const { return load(at_, width_); }

  Span<const uint8_t> buffer_;
  uint32_t at_ = 0;           ///< of the number, the first character or the first element
  uint32_t count_ = 0;        ///< elements
  uint32_t characters_ = 0;   ///< of a text
  uint8_t width_ = 0;         ///< bytes of the number, or of each element
  uint8_t element_type_ = 0;  ///< packed, of each element of a typed vector; 0: a type for each behind the elements
  Kind kind_ = Kind::kNull;
};

}  // namespace midge
