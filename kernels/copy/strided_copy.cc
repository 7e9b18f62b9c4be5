// See strided_copy.h.
#include "kernels/copy/strided_copy.h"

#include "base/memory.h"

namespace midge {
namespace {

template <class T>
void copy_row(const uint8_t* from, int32_t from_step, uint8_t* to, int32_t to_step, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    T v;  // by way of a register: with a plan of the file's own the two may overlap
    memcpy(&v, from + static_cast<ptrdiff_t>(i) * from_step * static_cast<int32_t>(sizeof(T)), sizeof(T));
    memcpy(to + static_cast<ptrdiff_t>(i) * to_step * static_cast<int32_t>(sizeof(T)), &v, sizeof(T));
  }
}

}  // namespace

void strided_copy(const StridedCopy& p, const void* from, void* to) {
  const int32_t bytes = p.element_bytes;
  const uint8_t* source = static_cast<const uint8_t*>(from) + static_cast<ptrdiff_t>(p.from_start) * bytes;
  uint8_t* target = static_cast<uint8_t*>(to) + static_cast<ptrdiff_t>(p.to_start) * bytes;
  const int32_t last = p.rank - 1;
  const int32_t n = p.rank == 0 ? 1 : p.dims[last];
  const int32_t from_step = p.rank == 0 ? 1 : p.from_step[last], to_step = p.rank == 0 ? 1 : p.to_step[last];
  int32_t at[kMaxRank] = {};
  for (;;) {
    if (from_step == 1 && to_step == 1) {
      memmove(target, source, static_cast<size_t>(n) * static_cast<size_t>(bytes));
    } else if (bytes == 1) {
      copy_row<uint8_t>(source, from_step, target, to_step, n);
    } else if (bytes == 2) {
      copy_row<uint16_t>(source, from_step, target, to_step, n);
    } else if (bytes == 4) {
      copy_row<uint32_t>(source, from_step, target, to_step, n);
    } else {
      copy_row<uint64_t>(source, from_step, target, to_step, n);
    }
    int32_t d = last - 1;
    for (; d >= 0; --d) {  // next row: carry as an odometer does
      source += static_cast<ptrdiff_t>(p.from_step[d]) * bytes;
      target += static_cast<ptrdiff_t>(p.to_step[d]) * bytes;
      if (++at[d] < p.dims[d]) break;
      source -= static_cast<ptrdiff_t>(p.from_step[d]) * at[d] * bytes;
      target -= static_cast<ptrdiff_t>(p.to_step[d]) * at[d] * bytes;
      at[d] = 0;
    }
    if (d < 0) return;
  }
}

StridedCopy turned_round(const StridedCopy& p) {
  StridedCopy back = p;
  back.from_start = p.to_start, back.to_start = p.from_start;
  for (int32_t d = 0; d < p.rank; ++d) back.from_step[d] = p.to_step[d], back.to_step[d] = p.from_step[d];
  return back;
}

void dense_steps(const Shape& shape, int32_t* to) {
  for (int32_t d = shape.rank - 1, step = 1; d >= 0; step *= shape[d--]) to[d] = step;
}

void fill_elements(const void* value, int32_t element_bytes, int32_t count, void* to) {
  uint8_t* out = static_cast<uint8_t*>(to);
  const size_t bytes = static_cast<size_t>(count) * static_cast<size_t>(element_bytes);
  size_t done = static_cast<size_t>(element_bytes);
  memcpy(out, value, done);
  for (size_t n; done < bytes; done += n) {  // doubling: what is there is copied behind itself
    n = min(done, bytes - done);
    memcpy(out + done, out, n);
  }
}

}  // namespace midge
