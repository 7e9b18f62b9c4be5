// host: the image is an ordinary process. Wire: stdin and stdout. Ticks: nanoseconds of the monotonic clock. Faults stay the
// operating system's (and the sanitizers') business: midge_on_fault() is never called.
#include "targets/board.h"

#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

namespace {

constexpr uint32_t kFreeRamBytes = 64u << 20;  // pages that are not touched cost nothing
constexpr uintptr_t kPaintedBytes = 256u << 10;
constexpr uintptr_t kOwnFrameBytes = 256;  // of the function that paints: the resolution at the low end
constexpr uint64_t kPattern = 0xC5A35B17E9D2846B;

uintptr_t painted_below;

}  // namespace

extern "C" {
alignas(16) uint8_t midge_host_free_ram[kFreeRamBytes];  // a name of its own: `midge verify` does not count it as the image's
}

// These two read and write below the stack pointer, where sanitizers see no object.
#define MIDGE_RAW_STACK __attribute__((noinline, no_sanitize("address", "undefined")))

extern "C" {

// Nobody calls it before main() here: there is nothing to prepare.
void midge_board_init(void) {}

void midge_wire_write(const void* data, uint32_t n) {
  const uint8_t* next = static_cast<const uint8_t*>(data);
  while (n > 0) {
    const ssize_t done = write(STDOUT_FILENO, next, n);
    if (done <= 0) midge_board_exit(kExitWireClosed);
    next += done;
    n -= static_cast<uint32_t>(done);
  }
}

void midge_wire_read(void* data, uint32_t n) {
  uint8_t* next = static_cast<uint8_t*>(data);
  while (n > 0) {
    const ssize_t done = read(STDIN_FILENO, next, n);
    if (done <= 0) midge_board_exit(kExitWireClosed);
    next += done;
    n -= static_cast<uint32_t>(done);
  }
}

uint64_t midge_board_ticks(void) {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1000000000u + static_cast<uint64_t>(now.tv_nsec);
}

MIDGE_RAW_STACK void midge_board_stack_paint(void) {
  painted_below = reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) & ~uintptr_t{15};
  uintptr_t address = painted_below - kOwnFrameBytes;
  // Downwards, so that the kernel grows the stack page by page.
  for (; address > painted_below - kPaintedBytes; address -= 8) *reinterpret_cast<volatile uint64_t*>(address) = kPattern;
}

MIDGE_RAW_STACK uint32_t midge_board_stack_used(void) {
  if (painted_below == 0) return 0;
  uintptr_t address = painted_below - kPaintedBytes + 8;
  const uintptr_t end = painted_below - kOwnFrameBytes;
  while (address < end && *reinterpret_cast<const volatile uint64_t*>(address) == kPattern) address += 8;
  return static_cast<uint32_t>(painted_below - address);
}

void midge_board_free_ram(void** begin, uint32_t* bytes) {
  *begin = midge_host_free_ram;
  *bytes = kFreeRamBytes;
}

void midge_board_exit(int code) { exit(code); }

}  // extern "C"
