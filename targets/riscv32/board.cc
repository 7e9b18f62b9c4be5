// riscv32: QEMU's `virt`, an RV32IMAC hart in machine mode. All memory is one DRAM, so physical memory protection makes the
// lower part behave as flash does: a store there is a fault, and so is a stack overflow, which runs into it from above.
#include "targets/board.h"

#include "targets/bare_metal/semihosting.h"
#include "targets/riscv32/csr.h"

extern "C" {

extern uint8_t __code_region_start[], __code_region_bytes[];

static void write_protect_flash() {
  // A naturally aligned power of two is encoded by the ones at the end of the address, in units of 4 bytes.
  const uint32_t start = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(__code_region_start));
  const uint32_t bytes = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(__code_region_bytes));
  const uint32_t address = (start | (bytes / 2 - 1)) >> 2;
  const uint32_t configuration = 0x80 | 0x18 | 0x04 | 0x01;  // locked (binds machine mode), power of two, execute, read
  __asm volatile(MIDGE_WITH_CSR("csrw pmpaddr0, %0\ncsrw pmpcfg0, %1\n") : : "r"(address), "r"(configuration));
}

void midge_board_init(void) {
  write_protect_flash();
  midge::open_semihosting_wire();
}

uint64_t midge_board_ticks(void) {
  for (;;) {
    uint32_t high, low, high_after;
    __asm volatile(MIDGE_WITH_CSR("csrr %0, minstreth\ncsrr %1, minstret\ncsrr %2, minstreth\n")
                   : "=&r"(high), "=&r"(low), "=r"(high_after));
    if (high == high_after) return uint64_t{high} << 32 | low;
  }
}

}  // extern "C"
