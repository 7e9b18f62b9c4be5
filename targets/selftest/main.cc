// The self-test image: a loop that answers one-letter commands over the wire, each with one 32-bit argument, so that selftest.py
// can check every promise of board.h. Integers travel as the target has them: little-endian.
#include <stddef.h>
#include <stdint.h>

#include "targets/board.h"

extern "C" void* memcpy(void* to, const void* from, size_t n);
extern "C" void* memmove(void* to, const void* from, size_t n);
extern "C" void* memset(void* to, int byte, size_t n);
extern "C" int memcmp(const void* a, const void* b, size_t n);

namespace {

constexpr uint32_t kEchoBytes = 64 * 1024;
constexpr int kExitReportedFault = 5;

alignas(16) uint8_t buffer[kEchoBytes];
volatile uint32_t zeroed[64];
volatile uint32_t initialised[4] = {0x01020304, 0xFFFFFFFF, 0x80000000, 7};

// The constant that .model holds here, placed as a model is.
extern "C" {
extern const uint8_t midge_selftest_model[48];
__attribute__((section(".midge_model"), used, aligned(16))) const uint8_t midge_selftest_model[48] = {'m', 'i', 'd', 'g', 'e'};
}

template <typename T>
void send(const T& value) {
  midge_wire_write(&value, sizeof(value));
}

/// Executes 2 * iterations instructions, and a constant number around them.
__attribute__((noinline)) void calibration_loop(uint32_t iterations) {
#if defined(__arm__)
  __asm volatile(".syntax unified\n1: subs %0, #1\nbne 1b" : "+l"(iterations) : : "cc");
#elif defined(__riscv)
  __asm volatile("1: addi %0, %0, -1\nbnez %0, 1b" : "+r"(iterations));
#else
  while (iterations-- > 0) __asm volatile("");
#endif
}

void calibrate(uint32_t iterations) {
  const uint64_t begin = midge_board_ticks();
  calibration_loop(iterations);
  const uint64_t end = midge_board_ticks();
  send(begin);
  send(end);
}

/// How often time ran backwards, and the last reading.
void read_ticks(uint32_t times) {
  uint32_t violations = 0;
  uint64_t last = midge_board_ticks();
  for (uint32_t i = 0; i < times; ++i) {
    const uint64_t now = midge_board_ticks();
    if (now < last) ++violations;
    last = now;
  }
  send(violations);
  send(last);
}

__attribute__((noinline)) void use_stack(uint32_t bytes) {
  volatile uint8_t* const frame = static_cast<volatile uint8_t*>(__builtin_alloca(bytes));
  for (uint32_t i = 0; i < bytes; ++i) frame[i] = static_cast<uint8_t>(i);
}

volatile uint32_t depth_limit = 0xFFFFFFFF;

__attribute__((noinline)) uint32_t overflow_stack(uint32_t depth) {
  volatile uint32_t frame[16];
  frame[0] = depth;
  if (depth == depth_limit) return 0;
  return overflow_stack(depth + 1) + frame[0];
}

/// A word per property; all 1 where start-up did its work.
void check_memory() {
  bool zero = true;
  for (uint32_t i = 0; i < 64; ++i) zero = zero && zeroed[i] == 0;
  send<uint32_t>(zero);
  send<uint32_t>(initialised[0] == 0x01020304 && initialised[1] == 0xFFFFFFFF && initialised[2] == 0x80000000 && initialised[3] == 7);
  send<uint32_t>(midge_selftest_model[0] == 'm' && midge_selftest_model[4] == 'e' && (reinterpret_cast<uintptr_t>(midge_selftest_model) & 15) == 0);

  void* begin;
  uint32_t bytes;
  midge_board_free_ram(&begin, &bytes);
  volatile uint8_t* const ram = static_cast<volatile uint8_t*>(begin);
  ram[0] = 0x5A;
  ram[bytes - 1] = 0xA5;
  send<uint32_t>((reinterpret_cast<uintptr_t>(begin) & 15) == 0 && ram[0] == 0x5A && ram[bytes - 1] == 0xA5);
  send(bytes);
}

/// memcpy, memmove and memset against byte loops, at all alignments and lengths up to 40. Answers the number of differences.
void check_memory_functions() {
  uint32_t differences = 0;
  uint8_t expected[128];
  uint8_t* const actual = buffer;
  const auto fill = [](uint8_t* bytes) {
    for (uint32_t i = 0; i < 128; ++i) bytes[i] = static_cast<uint8_t>(i * 7 + 3);
  };
  for (uint32_t to = 0; to < 8; ++to) {
    for (uint32_t from = 0; from < 8; ++from) {
      for (uint32_t n = 0; n <= 40; ++n) {
        fill(expected);
        fill(actual);
        for (uint32_t i = 0; i < n; ++i) expected[64 + to + i] = static_cast<uint8_t>((from + i) * 7 + 3);
        memcpy(actual + 64 + to, actual + from, n);
        differences += memcmp(actual, expected, 128) != 0;

        fill(expected);
        fill(actual);
        for (uint32_t i = 0; i < n; ++i) expected[to + i] = static_cast<uint8_t>((from + i) * 7 + 3);
        memmove(actual + to, actual + from, n);
        differences += memcmp(actual, expected, 128) != 0;
      }
    }
    for (uint32_t n = 0; n <= 40; ++n) {
      fill(expected);
      fill(actual);
      for (uint32_t i = 0; i < n; ++i) expected[to + i] = 0xC3;
      memset(actual + to, 0xC3, n);
      differences += memcmp(actual, expected, 128) != 0;
      expected[127] ^= 1;  // memcmp itself sees the last byte
      differences += memcmp(actual, expected, 128) == 0;
    }
  }
  send(differences);
}

/// n bytes there and back, in pieces that fit the buffer.
void echo(uint32_t n) {
  while (n > 0) {
    const uint32_t piece = n < kEchoBytes ? n : kEchoBytes;
    midge_wire_read(buffer, piece);
    midge_wire_write(buffer, piece);
    n -= piece;
  }
}

volatile uint32_t* word_at(uint32_t address) { return reinterpret_cast<volatile uint32_t*>(static_cast<uintptr_t>(address)); }

void run_command(uint8_t command, uint32_t argument) {
  switch (command) {
    case 'e': return echo(argument);
    case 'c': return calibrate(argument);
    case 't': return read_ticks(argument);
    case 'd': return check_memory();
    case 'm': return check_memory_functions();
    case 's':
      midge_board_stack_paint();
      use_stack(argument);
      return send(midge_board_stack_used());
    case 'r': {
      const uint32_t word = *word_at(argument);
      return send(word);
    }
    case 'w': *word_at(argument) = 1; return send<uint32_t>(0);
    case 'o': return send(overflow_stack(0));
    case 'f': return send(static_cast<float>(argument) * 1.5f + 0.25f);
    default: midge_board_exit(static_cast<int>(argument));
  }
}

}  // namespace

extern "C" void midge_on_fault(const midge_fault* fault) {
  midge_wire_write("F", 1);
  midge_wire_write(fault, sizeof(*fault));
  midge_board_exit(kExitReportedFault);
}

int main() {
  for (;;) {
    uint8_t command;
    uint32_t argument;
    midge_wire_read(&command, sizeof(command));
    midge_wire_read(&argument, sizeof(argument));
    run_command(command, argument);
  }
}
