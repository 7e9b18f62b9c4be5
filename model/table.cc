// Checked flatbuffer access, see table.h.
#include "model/table.h"

#include "base/memory.h"

namespace midge {

Table::Table(File* file, uint32_t position) : file_(file) {
  const uint32_t size = file->size;
  if (position > size || size - position < 4 || position % 4 != 0) {
    file->damaged = true;
    return;
  }
  // A vtable lies at the table's position minus a signed offset; unsigned wrap-around makes one comparison do.
  const uint32_t vtable = position - load_u32(file->data + position);
  if (vtable > size || size - vtable < 4 || vtable % 2 != 0) {
    file->damaged = true;
    return;
  }
  vtable_bytes_ = load_u16(file->data + vtable);
  table_bytes_ = load_u16(file->data + vtable + 2);
  if (vtable_bytes_ < 4 || vtable_bytes_ > size - vtable || table_bytes_ < 4 || table_bytes_ > size - position) {
    file->damaged = true;
    return;
  }
  vtable_ = vtable;
  position_ = position;
}

uint32_t Table::find(uint32_t id, uint32_t bytes) const {
  if (position_ == 0) return 0;
  const uint32_t entry = 4 + 2 * id;
  if (entry + 2 > vtable_bytes_) return 0;
  const uint32_t offset = load_u16(file_->data + vtable_ + entry);
  if (offset == 0) return 0;
  if (offset < 4 || offset + bytes > table_bytes_) {
    file_->damaged = true;
    return 0;
  }
  return position_ + offset;
}

int32_t Table::i32(uint32_t id, int32_t fallback) const {
  const uint32_t at = find(id, 4);
  return at == 0 ? fallback : static_cast<int32_t>(load_u32(file_->data + at));
}

uint8_t Table::u8(uint32_t id, uint8_t fallback) const {
  const uint32_t at = find(id, 1);
  return at == 0 ? fallback : file_->data[at];
}

float Table::f32(uint32_t id, float fallback) const {
  const uint32_t at = find(id, 4);
  if (at == 0) return fallback;
  const uint32_t bits = load_u32(file_->data + at);
  float f;
  memcpy(&f, &bits, sizeof f);
  return f;
}

int64_t Table::i64(uint32_t id, int64_t fallback) const {
  const uint32_t at = find(id, 8);
  if (at == 0) return fallback;
  return static_cast<int64_t>(static_cast<uint64_t>(load_u32(file_->data + at + 4)) << 32 | load_u32(file_->data + at));
}

uint32_t Table::u64_low(uint32_t id) const {
  const uint32_t at = find(id, 8);
  if (at == 0) return 0;
  if (load_u32(file_->data + at + 4) != 0) file_->damaged = true;
  return load_u32(file_->data + at);
}

uint32_t Table::target(uint32_t at) const {
  const uint32_t offset = load_u32(file_->data + at);
  if (offset == 0 || offset > file_->size - at) {
    file_->damaged = true;
    return 0;
  }
  return at + offset;
}

Table Table::table(uint32_t id) const {
  const uint32_t at = find(id, 4);
  if (at == 0) return Table();
  const uint32_t to = target(at);
  return to == 0 ? Table() : Table(file_, to);
}

VectorAt Table::vector(uint32_t id, uint32_t bytes) const {
  const uint32_t at = find(id, 4);
  if (at == 0) return VectorAt();
  const uint32_t to = target(at);
  if (to == 0) return VectorAt();
  if (file_->size - to < 4 || to % 4 != 0) {
    file_->damaged = true;
    return VectorAt();
  }
  VectorAt v{to + 4, load_u32(file_->data + to)};
  if (v.count > (file_->size - v.at) / bytes) {
    file_->damaged = true;
    return VectorAt();
  }
  return v;
}

Table Table::entry(VectorAt v, uint32_t i) const {
  const uint32_t to = target(v.at + 4 * i);
  return to == 0 ? Table() : Table(file_, to);
}

int32_t Table::element(VectorAt v, uint32_t i) const { return static_cast<int32_t>(load_u32(file_->data + v.at + 4 * i)); }

}  // namespace midge
