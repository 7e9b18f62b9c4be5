// Weak defaults of the platform functions.
#include "base/platform.h"

extern "C" {

__attribute__((weak)) void midge_platform_log(const char*) {}
__attribute__((weak)) uint64_t midge_platform_ticks(void) { return 0; }
__attribute__((weak)) void midge_platform_halt(void) {
  for (;;) {
    __asm volatile("");
  }
}
}
