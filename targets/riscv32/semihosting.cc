// The semihosting trap of RISC-V: an ebreak between two instructions that do nothing and mark it. The three are uncompressed
// and must lie in one page, hence the alignment. The arguments are already in a0 and a1.
#include "targets/bare_metal/semihosting.h"

namespace midge {

__attribute__((naked, aligned(16))) uint32_t midge_semihost(SemihostOperation, const void*) {
  __asm volatile(
      ".option push\n"
      ".option norvc\n"
      "slli zero, zero, 0x1f\n"
      "ebreak\n"
      "srai zero, zero, 7\n"
      ".option pop\n"
      "ret\n");
}

}  // namespace midge
