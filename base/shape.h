// Shape: the dimensions of a tensor, outermost first, at most 6 of them. No dimension of a tensor that an operator meets is zero.
#pragma once
#include "base/span.h"

namespace midge {

constexpr int kMaxRank = 6;

struct Shape {
  int32_t rank = 0;
  int32_t dims[kMaxRank] = {};

  int32_t operator[](int i) const { return dims[i]; }

  /// Number of elements; 1 for a scalar. The reader has checked that it fits 31 bits.
  int32_t count() const { return product(0, rank); }

  /// Product of the dimensions [from, to).
  int32_t product(int from, int to) const {
    int32_t n = 1;
    for (int i = from; i < to; ++i) n *= dims[i];
    return n;
  }

  bool operator==(const Shape& other) const {
    if (rank != other.rank) return false;
    for (int i = 0; i < rank; ++i) {
      if (dims[i] != other.dims[i]) return false;
    }
    return true;
  }
  bool operator!=(const Shape& other) const { return !(*this == other); }
};

inline Shape make_shape(int32_t a, int32_t b, int32_t c, int32_t d) {
  Shape s;
  s.rank = 4;
  s.dims[0] = a, s.dims[1] = b, s.dims[2] = c, s.dims[3] = d;
  return s;
}

/// False if the product of the dimensions, times `bytes` an element, does not fit 31 bits or a dimension is negative.
inline bool shape_fits(const Shape& s, uint32_t bytes = 1) {
  uint64_t n = bytes;
  for (int i = 0; i < s.rank; ++i) {
    if (s.dims[i] < 0) return false;
    n *= static_cast<uint32_t>(s.dims[i]);
    if (n > 0x7fffffff) return false;
  }
  return true;
}

/// True if a dimension is zero.
inline bool shape_empty(const Shape& s) {
  for (int i = 0; i < s.rank; ++i) {
    if (s.dims[i] == 0) return true;
  }
  return false;
}

}  // namespace midge
