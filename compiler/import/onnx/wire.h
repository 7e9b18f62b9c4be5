// The protobuf wire format, read in place: a message is a run of fields, each a number, a kind and a value. Every length is checked
// against what is left. A dozen lines do what is needed of it, so that the compiler has no generated code and a damaged file has
// one place where it can be noticed.
#pragma once
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace midge::onnx {

/// Thrown where the bytes are not a message.
struct WireError {};

class Wire {
 public:
  enum Kind : uint32_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

  explicit Wire(std::span<const uint8_t> bytes) : p_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  /// Moves to the next field; false at the end of the message.
  bool next() {
    if (p_ == end_) return false;
    const uint64_t tag = varint();
    number_ = static_cast<uint32_t>(tag >> 3), kind_ = static_cast<uint32_t>(tag & 7);
    if (number_ == 0 || tag >> 32 != 0) throw WireError();
    switch (kind_) {
      case kVarint: value_ = varint(); break;
      case kFixed64: take(8); break;
      case kFixed32: take(4); break;
      case kBytes: take(varint()); break;
      default: throw WireError();
    }
    return true;
  }

  uint32_t number() const { return number_; }
  uint32_t kind() const { return kind_; }
  int64_t integer() const { return expect(kVarint), static_cast<int64_t>(value_); }
  std::span<const uint8_t> bytes() const { return expect(kBytes), body_; }
  std::string text() const { return expect(kBytes), std::string(reinterpret_cast<const char*>(body_.data()), body_.size()); }
  float real() const { return expect(kFixed32), load<float>(body_.data()); }

  /// One element, or a packed run of them.
  void append_integers(std::vector<int64_t>& to) const {
    if (kind_ == kVarint) return to.push_back(static_cast<int64_t>(value_));
    expect(kBytes);
    Wire run(body_);
    while (run.p_ != run.end_) to.push_back(static_cast<int64_t>(run.varint()));
  }
  template <class T>
  void append_fixed(std::vector<T>& to) const {
    if (kind_ == kVarint || body_.size() % sizeof(T) != 0) throw WireError();
    for (size_t i = 0; i < body_.size(); i += sizeof(T)) to.push_back(load<T>(body_.data() + i));
  }

 private:
  template <class T>
  static T load(const uint8_t* p) {
    T v;
    std::memcpy(&v, p, sizeof v);
    return v;
  }
  void expect(Kind kind) const {
    if (kind_ != kind) throw WireError();
  }
  void take(uint64_t n) {
    if (n > static_cast<uint64_t>(end_ - p_)) throw WireError();
    body_ = {p_, static_cast<size_t>(n)};
    p_ += n;
  }
  uint64_t varint() {
    uint64_t v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (p_ == end_) throw WireError();
      const uint8_t b = *p_++;
      v |= static_cast<uint64_t>(b & 0x7f) << shift;
      if ((b & 0x80) == 0) return v;
    }
    throw WireError();
  }

  const uint8_t* p_;
  const uint8_t* end_;
  uint32_t number_ = 0, kind_ = 0;
  uint64_t value_ = 0;
  std::span<const uint8_t> body_;
};

}  // namespace midge::onnx
