// memcpy and its kin, which compilers call and Debian's RISC-V compiler has no library for. Whole words wherever the
// pointers' alignment allows; no unaligned access, which many small cores trap. Weak: an image may bring better ones.
//
// The empty asm in each loop hides it from the compiler, which would else recognise a memcpy and have it call itself.
#include <stddef.h>
#include <stdint.h>

namespace {

inline bool aligned(const void* a, const void* b) { return ((reinterpret_cast<uintptr_t>(a) | reinterpret_cast<uintptr_t>(b)) & 3) == 0; }

/// True where both become aligned after the same number of bytes.
inline bool can_align(const void* a, const void* b) { return ((reinterpret_cast<uintptr_t>(a) ^ reinterpret_cast<uintptr_t>(b)) & 3) == 0; }

using Word __attribute__((may_alias)) = uint32_t;

}  // namespace

#define MIDGE_KEEP_LOOP(pointer) __asm volatile("" : "+r"(pointer) : : "memory")

extern "C" {

__attribute__((weak)) void* memcpy(void* to, const void* from, size_t n) {
  uint8_t* out = static_cast<uint8_t*>(to);
  const uint8_t* in = static_cast<const uint8_t*>(from);
  if (n >= 16 && can_align(out, in)) {
    for (; !aligned(out, out); --n) {
      *out++ = *in++;
      MIDGE_KEEP_LOOP(out);
    }
    Word* out_words = reinterpret_cast<Word*>(out);
    const Word* in_words = reinterpret_cast<const Word*>(in);
    for (; n >= 16; n -= 16) {
      const uint32_t a = in_words[0], b = in_words[1], c = in_words[2], d = in_words[3];
      out_words[0] = a;
      out_words[1] = b;
      out_words[2] = c;
      out_words[3] = d;
      in_words += 4;
      out_words += 4;
      MIDGE_KEEP_LOOP(out_words);
    }
    for (; n >= 4; n -= 4) {
      *out_words++ = *in_words++;
      MIDGE_KEEP_LOOP(out_words);
    }
    out = reinterpret_cast<uint8_t*>(out_words);
    in = reinterpret_cast<const uint8_t*>(in_words);
  }
  for (; n > 0; --n) {
    *out++ = *in++;
    MIDGE_KEEP_LOOP(out);
  }
  return to;
}

__attribute__((weak)) void* memmove(void* to, const void* from, size_t n) {
  uint8_t* out = static_cast<uint8_t*>(to);
  const uint8_t* in = static_cast<const uint8_t*>(from);
  // Below its source, or beyond its end, memcpy's ascending order is right: each block is read before it is written.
  if (reinterpret_cast<uintptr_t>(out) - reinterpret_cast<uintptr_t>(in) >= n) return memcpy(to, from, n);
  out += n;
  in += n;
  if (n >= 8 && can_align(out, in)) {
    for (; !aligned(out, out); --n) {
      *--out = *--in;
      MIDGE_KEEP_LOOP(out);
    }
    for (; n >= 4; n -= 4) {
      out -= 4;
      in -= 4;
      *reinterpret_cast<Word*>(out) = *reinterpret_cast<const Word*>(in);
      MIDGE_KEEP_LOOP(out);
    }
  }
  for (; n > 0; --n) {
    *--out = *--in;
    MIDGE_KEEP_LOOP(out);
  }
  return to;
}

__attribute__((weak)) void* memset(void* to, int byte, size_t n) {
  uint8_t* out = static_cast<uint8_t*>(to);
  const uint8_t value = static_cast<uint8_t>(byte);
  if (n >= 8) {
    for (; !aligned(out, out); --n) {
      *out++ = value;
      MIDGE_KEEP_LOOP(out);
    }
    const uint32_t word = value * UINT32_C(0x01010101);
    Word* out_words = reinterpret_cast<Word*>(out);
    for (; n >= 16; n -= 16) {
      out_words[0] = word;
      out_words[1] = word;
      out_words[2] = word;
      out_words[3] = word;
      out_words += 4;
      MIDGE_KEEP_LOOP(out_words);
    }
    out = reinterpret_cast<uint8_t*>(out_words);
  }
  for (; n > 0; --n) {
    *out++ = value;
    MIDGE_KEEP_LOOP(out);
  }
  return to;
}

__attribute__((weak)) int memcmp(const void* a, const void* b, size_t n) {
  const uint8_t* left = static_cast<const uint8_t*>(a);
  const uint8_t* right = static_cast<const uint8_t*>(b);
  if (aligned(left, right)) {
    while (n >= 4 && *reinterpret_cast<const Word*>(left) == *reinterpret_cast<const Word*>(right)) {
      left += 4;
      right += 4;
      n -= 4;
    }
  }
  for (; n > 0; --n, ++left, ++right) {
    if (*left != *right) return *left < *right ? -1 : 1;
  }
  return 0;
}

__attribute__((weak)) size_t strlen(const char* text) {
  const char* end = text;
  while (*end != 0) {
    ++end;
    MIDGE_KEEP_LOOP(end);
  }
  return static_cast<size_t>(end - text);
}

}  // extern "C"
