// Reset and trap entry of the RISC-V target. The image starts at the beginning of DRAM, where QEMU's reset code jumps to.
// Traps run on a stack of their own, kept in mscratch: a report works even after main()'s stack overflowed.
#include <stdint.h>

#include "targets/board.h"
#include "targets/riscv32/csr.h"

extern "C" {

alignas(16) uint8_t midge_trap_stack[1024];

__attribute__((naked, section(".vectors"), used)) void midge_reset() {
  __asm volatile(
      ".option push\n"
      ".option norelax\n"
      "la gp, __global_pointer$\n"
      ".option pop\n"
      "la sp, __stack_top\n"
      "la t0, midge_trap_entry\n"
      "la t1, midge_trap_stack + 1024\n" MIDGE_WITH_CSR("csrw mtvec, t0\ncsrw mscratch, t1\n") "call midge_start\n");  // does not return
}

// A trap inside midge_trap_entry's handling: nothing can be reported any more, but the emulation must still end.
__attribute__((naked, aligned(4), used)) void midge_double_trap_entry() {
  __asm volatile(
      "la sp, midge_trap_stack + 1024\n"
      "li a0, %0\n"
      "call midge_board_exit\n"
      :
      : "i"(kExitFault));
}

__attribute__((naked, aligned(4), used)) void midge_trap_entry() {
  __asm volatile(
      "mv a1, ra\n"
      "la a0, midge_double_trap_entry\n" MIDGE_WITH_CSR("csrrw sp, mscratch, sp\n"
                                                        "csrw mtvec, a0\n"
                                                        "csrr a0, mepc\n"
                                                        "csrr a2, mtval\n"
                                                        "csrr a3, mcause\n") "call midge_take_trap\n");  // does not return
}

[[noreturn]] void midge_take_trap(uint32_t pc, uint32_t lr, uint32_t value, uint32_t cause) {
  // mtval holds an address for these: 0, 1 instruction, 4, 5 load, 6, 7 store (misaligned, access), 12, 13, 15 page faults.
  constexpr uint32_t kCausesWithAddress = 0xB0F3;
  const bool has_address = cause < 32 && ((kCausesWithAddress >> cause) & 1);
  const midge_fault fault = {pc, lr, has_address ? value : 0, cause, has_address};
  midge_on_fault(&fault);
  midge_board_exit(kExitFault);
}

}  // extern "C"
