// How kernels that produce rows are compared with their reference: whole, in pieces of 1, 2 and 3 rows, and through rings that hold
// no more rows than are needed; with guard bytes around the output, so that a write outside of the asked rows shows.
//
// P has `shape` with in_h, in_w, in_c, out_h, out_w, out_c, filter_h, stride_h, dilation_h, pad_top; Tensors has `in` and `out`.
#pragma once
#include "kernels/rows.h"
#include "ops/testing.h"

namespace midge {
namespace testing {

constexpr int32_t kGuardBytes = 32;
constexpr int8_t kUntouched = 0x5a;

/// Output rows with guards, and a ring of input rows.
template <int32_t kMostIn, int32_t kMostOut>
struct RowBuffers {
  alignas(16) int8_t ring[kMostIn];
  alignas(16) int8_t expected[kMostOut + 2 * kGuardBytes];
  alignas(16) int8_t actual[kMostOut + 2 * kGuardBytes];
};

template <class P, class Tensors, class Kernel, class Buffers>
bool check_pieces(Report& r, const char* symbol, Kernel kernel, const P& p, Tensors t, Buffers& b, int32_t rows) {
  const int32_t row = p.shape.out_w * p.shape.out_c, bytes = p.shape.out_h * row + 2 * kGuardBytes;
  memset(b.actual, kUntouched, static_cast<size_t>(bytes));
  t.out = {b.actual + kGuardBytes, row, 0};
  for (int32_t y = 0; y < p.shape.out_h; y += rows) {
    const int32_t end = min(y + rows, p.shape.out_h), done = kGuardBytes + end * row;
    kernel(p, t, RowRange{y, end});
    const bool untouched =
        b.actual[done] == kUntouched && memcmp(b.actual + done, b.actual + done + 1, static_cast<size_t>(bytes - done - 1)) == 0;
    const Line what = Line() << symbol << ", " << rows << " rows at a time, from row " << y;
    if (!r.equal(what.text(), b.expected, b.actual, done) || !r.expect(untouched, (Line() << what.text() << ": wrote beyond the rows").text()))
      return false;
  }
  return true;
}

template <class P, class Tensors, class Kernel, class Buffers>
void check_rings(Report& r, const char* symbol, Kernel kernel, const P& p, Tensors t, Buffers& b) {
  const auto& s = p.shape;
  const int32_t in_row = s.in_w * s.in_c, out_row = s.out_w * s.out_c;
  const int32_t window = (s.filter_h - 1) * s.dilation_h + 1, ring_rows = min(window, s.in_h), out_rows = min(s.out_h, int32_t{2});
  const Rows<const int8_t> whole = t.in;
  const Rows<int8_t> ring{b.ring, in_row, ring_rows};
  memset(b.ring, kUntouched, static_cast<size_t>(ring_rows * in_row));
  t.in = {b.ring, in_row, ring_rows};
  t.out = {b.actual + kGuardBytes, out_row, out_rows};
  for (int32_t y = 0; y < s.out_h; ++y) {
    const int32_t top = y * s.stride_h - s.pad_top;
    for (int32_t i = max(top, int32_t{0}); i < min(top + window, s.in_h); ++i)
      memcpy(ring.row(i), whole.row(i), static_cast<size_t>(in_row));
    kernel(p, t, RowRange{y, y + 1});
    const Line what = Line() << symbol << ", ring of " << ring_rows << " rows, row " << y;
    if (!r.equal(what.text(), b.expected + kGuardBytes + y * out_row, t.out.row(y), out_row)) return;
  }
}

/// Fills b.expected by `reference` and compares `kernel` with it in every way.
template <class P, class Tensors, class Kernel, class Buffers>
void check_row_kernel(Report& r, const char* symbol, Kernel kernel, Kernel reference, const P& p, Tensors t, Buffers& b) {
  const int32_t row = p.shape.out_w * p.shape.out_c;
  memset(b.expected, kUntouched, static_cast<size_t>(p.shape.out_h * row + 2 * kGuardBytes));
  t.out = {b.expected + kGuardBytes, row, 0};
  reference(p, t, RowRange{0, p.shape.out_h});
  const int32_t pieces[] = {p.shape.out_h, 1, 2, 3};
  for (const int32_t rows : pieces) {
    if (!check_pieces(r, symbol, kernel, p, t, b, rows)) return;
  }
  check_rings(r, symbol, kernel, p, t, b);
}

}  // namespace testing
}  // namespace midge
