// FlatWriter: writes a flatbuffer front to back into a caller's buffer. For tests only: every field takes 8 bytes, tables are
// never shared unless the test points twice to one, and offsets can be made wrong on purpose. Freestanding, no heap.
#pragma once
#include "base/memory.h"
#include "model/table.h"

namespace midge {
namespace testing {

class FlatWriter {
 public:
  FlatWriter(uint8_t* out, uint32_t capacity) : out_(out), capacity_(capacity) {}

  /// Bytes written; 0 once something did not fit.
  uint32_t size() const { return full_ ? 0 : size_; }
  bool full() const { return full_; }

  /// `bytes` zero bytes at a position that, plus `skew`, is a multiple of `alignment`.
  uint32_t reserve(uint32_t bytes, uint32_t alignment = 4, uint32_t skew = 0) {
    const uint32_t at = align_up(size_ + skew, alignment) - skew;
    if (full_ || at > capacity_ || bytes > capacity_ - at) {
      full_ = true;
      return 0;
    }
    memset(out_ + size_, 0, at + bytes - size_);
    size_ = at + bytes;
    return at;
  }

  void u8(uint32_t at, uint8_t v) { copy(at, &v, sizeof v); }
  void u16(uint32_t at, uint32_t v) {
    u8(at, static_cast<uint8_t>(v));
    u8(at + 1, static_cast<uint8_t>(v >> 8));
  }
  void u32(uint32_t at, uint32_t v) {
    u16(at, v);
    u16(at + 2, v >> 16);
  }
  void i32(uint32_t at, int32_t v) { u32(at, static_cast<uint32_t>(v)); }
  void u64(uint32_t at, uint64_t v) {
    u32(at, static_cast<uint32_t>(v));
    u32(at + 4, static_cast<uint32_t>(v >> 32));
  }
  void f32(uint32_t at, float v) {
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    u32(at, bits);
  }
  void copy(uint32_t at, const void* bytes, uint32_t n) {
    if (!full_ && n != 0) memcpy(out_ + at, bytes, n);
  }

  /// A table with room for `fields` fields, all of them absent, behind its vtable.
  uint32_t table(uint32_t fields) {
    const uint32_t vtable = reserve(align_up(4 + 2 * fields, 4));
    const uint32_t t = reserve(4 + 8 * fields);
    u16(vtable, 4 + 2 * fields);
    u16(vtable + 2, 4 + 8 * fields);
    u32(t, t - vtable);
    return t;
  }
  /// Makes a field of the table present, and returns the position of its bytes.
  uint32_t field(uint32_t table, uint32_t id) {
    if (full_) return 0;
    const uint32_t vtable = table - load_u32(out_ + table);
    u16(vtable + 4 + 2 * id, 4 + 8 * id);
    return table + 4 + 8 * id;
  }
  /// Stores at `at` the offset that leads to `target`, which must lie behind it.
  void point(uint32_t at, uint32_t target) { u32(at, target - at); }
  /// A new vector that `at` points to; returns the position of its first element.
  uint32_t vector(uint32_t at, uint32_t count, uint32_t element_bytes, uint32_t alignment = 4) {
    const uint32_t v = reserve(4 + count * element_bytes, alignment, 4);
    u32(v, count);
    point(at, v);
    return v + 4;
  }
  /// The same with its bytes.
  void bytes(uint32_t at, const void* data, uint32_t count, uint32_t alignment = 4) {
    const uint32_t to = vector(at, count, 1, alignment);
    copy(to, data, count);
  }

 private:
  uint8_t* out_;
  uint32_t capacity_;
  uint32_t size_ = 0;
  bool full_ = false;
};

}  // namespace testing
}  // namespace midge
