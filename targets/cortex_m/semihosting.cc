// The semihosting trap of M-profile cores. The arguments are already where the trap wants them, in r0 and r1.
#include "targets/bare_metal/semihosting.h"

namespace midge {

__attribute__((naked)) uint32_t midge_semihost(SemihostOperation, const void*) {
  __asm volatile(
      ".syntax unified\n"
      "bkpt 0xab\n"
      "bx lr\n");
}

}  // namespace midge
