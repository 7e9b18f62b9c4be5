// Rows: how spatial kernels reach an activation, and RowRange: which of its rows they are to produce.
//
// Row y of an activation lies at base + (y modulo ring_rows) * row_elements. A whole tensor is a ring of all its rows; a
// streamed or fused stage keeps only the rows that are still needed.
#pragma once
#include "base/span.h"

namespace midge {

template <class T>
struct Rows {
  T* base = nullptr;
  int32_t row_elements = 0;
  int32_t ring_rows = 0;  ///< 0: the whole tensor is there

  T* row(int32_t y) const { return base + static_cast<ptrdiff_t>(ring_rows == 0 ? y : y % ring_rows) * row_elements; }
};

struct RowRange {
  int32_t begin = 0;
  int32_t end = 0;
};

/// The taps [begin, end) of a window of `taps` that starts at `origin` and steps by `dilation`, which fall inside [0, size).
inline RowRange taps_inside(int32_t origin, int32_t taps, int32_t dilation, int32_t size) {
  RowRange r{0, taps};
  if (origin < 0) r.begin = (-origin + dilation - 1) / dilation;
  const int32_t room = size - origin;  // positions origin + k * dilation < size
  if (room <= 0) {
    r.end = 0;
  } else {
    r.end = min(taps, (room + dilation - 1) / dilation);
  }
  if (r.begin > r.end) r.begin = r.end;
  return r;
}

}  // namespace midge
