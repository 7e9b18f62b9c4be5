// Table and File: flatbuffer access in which every read is checked.
//
// A File is the bytes of the model. A Table is a position in it whose vtable and inline part have been found to lie inside
// the file. Fields are read through their id; an absent field gives its default. A field, vector or string that leaves the
// file sets File::damaged and reads as absent: Model::open() visits everything once and looks at that flag, so that
// afterwards no accessor can meet it.
#pragma once
#include "base/span.h"
#include "base/status.h"

namespace midge {

struct File {
  const uint8_t* data = nullptr;
  uint32_t size = 0;
  bool damaged = false;
};

/// Elements of a vector in the file: `count` of them from byte `at`.
struct VectorAt {
  uint32_t at = 0;
  uint32_t count = 0;
};

class Table {
 public:
  Table() = default;
  /// The table at byte `position`; absent (and file->damaged) if it does not lie inside the file.
  Table(File* file, uint32_t position);

  bool present() const { return position_ != 0; }

  int32_t i32(uint32_t id, int32_t fallback = 0) const;
  uint8_t u8(uint32_t id, uint8_t fallback = 0) const;
  float f32(uint32_t id, float fallback = 0) const;
  /// A 64-bit field whose upper half must be zero: no file here is that large.
  uint32_t u64_low(uint32_t id) const;
  int64_t i64(uint32_t id, int64_t fallback = 0) const;
  bool boolean(uint32_t id) const { return u8(id) != 0; }

  /// The table that field `id` refers to; absent if the field is.
  Table table(uint32_t id) const;
  /// The vector that field `id` refers to, of elements of `bytes` each; empty if the field is absent.
  VectorAt vector(uint32_t id, uint32_t bytes) const;
  /// Entry i of a vector of tables.
  Table entry(VectorAt v, uint32_t i) const;
  /// The int32 at an index of a vector of 4-byte elements.
  int32_t element(VectorAt v, uint32_t i) const;

  File* file() const { return file_; }

 private:
  uint32_t find(uint32_t id, uint32_t bytes) const;  ///< position of a field's bytes, 0 if absent
  uint32_t target(uint32_t at) const;                ///< follows the offset stored at `at`; 0 if it leaves the file

  File* file_ = nullptr;
  uint32_t position_ = 0;
  uint32_t vtable_ = 0;
  uint16_t vtable_bytes_ = 0;
  uint16_t table_bytes_ = 0;
};

/// Little-endian loads from any address.
inline uint32_t load_u32(const uint8_t* p) {
  return static_cast<uint32_t>(p[0]) | static_cast<uint32_t>(p[1]) << 8 | static_cast<uint32_t>(p[2]) << 16 | static_cast<uint32_t>(p[3]) << 24;
}
inline uint16_t load_u16(const uint8_t* p) { return static_cast<uint16_t>(p[0] | p[1] << 8); }

}  // namespace midge
