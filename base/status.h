// Status: what every fallible function of the freestanding code returns, in one 32-bit word.
//
// A status is a code of status.def and a place: which tensor or operator of the model it is about. The sentences
// live in status_text.cc and are linked only where status_message() is called: codes are never compiled out,
// messages cost nothing until they are printed.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace midge {

enum class Code : uint8_t {
#define MIDGE_STATUS(name, sentence, hint) name,
#include "base/status.def"
#undef MIDGE_STATUS
  kCount
};

/// What a status's index counts.
enum class Place : uint8_t { kNone, kTensor, kOperator, kOperatorCode, kBuffer, kInput, kOutput };

class [[nodiscard]] Status {
 public:
  constexpr Status() = default;
  constexpr Status(Code code, Place place = Place::kNone, uint32_t index = 0)  // NOLINT: a code is a status
      : bits_(static_cast<uint32_t>(code) | static_cast<uint32_t>(place) << 8 | (index < kMaxIndex ? index : kMaxIndex) << 12) {}

  constexpr bool ok() const { return (bits_ & 0xff) == 0; }
  constexpr Code code() const { return static_cast<Code>(bits_ & 0xff); }
  constexpr Place place() const { return static_cast<Place>(bits_ >> 8 & 0xf); }
  constexpr uint32_t index() const { return bits_ >> 12; }
  /// The word itself, for the wire and the C API.
  constexpr uint32_t bits() const { return bits_; }
  static constexpr Status from_bits(uint32_t bits) {
    Status s;
    s.bits_ = bits;
    return s;
  }

 private:
  static constexpr uint32_t kMaxIndex = 0xfffff;
  uint32_t bits_ = 0;
};

/// The sentence of a code, and what the reader can do about it. Never null.
const char* status_message(Code code);
const char* status_hint(Code code);
/// The code's name, as kArenaTooSmall.
const char* status_name(Code code);

/// A value or the status that says why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(Status status) : status_(status) {}  // NOLINT: implicit, so that MIDGE_TRY works in a Result function
  Result(const T& value) : value_(value) {}   // NOLINT
  bool ok() const { return status_.ok(); }
  Status status() const { return status_; }
  const T& value() const { return value_; }

 private:
  T value_{};
  Status status_;
};

}  // namespace midge

/// Returns the status of `expression` from the enclosing function unless it is ok.
#define MIDGE_TRY(expression)                        \
  do {                                               \
    const ::midge::Status midge_try_ = (expression); \
    if (!midge_try_.ok()) return midge_try_;         \
  } while (0)
