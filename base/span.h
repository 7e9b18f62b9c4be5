// Span: a pointer and a count. No bounds checks: what makes a span has checked it.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace midge {

template <class T>
struct Span {
  T* data = nullptr;
  uint32_t size = 0;

  T& operator[](uint32_t i) const { return data[i]; }
  T* begin() const { return data; }
  T* end() const { return data + size; }
  bool empty() const { return size == 0; }
};

template <class T>
constexpr T min(T a, T b) {
  return b < a ? b : a;
}
template <class T>
constexpr T max(T a, T b) {
  return a < b ? b : a;
}
template <class T>
constexpr T clamp(T x, T low, T high) {
  return x < low ? low : (high < x ? high : x);
}
/// `n` rounded up to a multiple of `alignment`, a power of two.
constexpr uint32_t align_up(uint32_t n, uint32_t alignment) { return (n + alignment - 1) & ~(alignment - 1); }

}  // namespace midge
