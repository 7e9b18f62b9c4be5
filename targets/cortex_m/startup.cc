// Reset and vectors of every Cortex-M target, in instructions that ARMv6-M has. Thread code runs on the process stack (at the
// bottom of RAM), handlers on a small main stack of their own: a fault report works even after the thread's stack overflowed.
#include <stdint.h>

// CPACR: full access to coprocessors 10 and 11, the FPU and MVE. Before any compiled code, which may use their registers.
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
#define MIDGE_ENABLE_FPU  \
  "ldr r0, =0xE000ED88\n" \
  "ldr r1, [r0]\n"        \
  "ldr r2, =0x00F00000\n" \
  "orrs r1, r2\n"         \
  "str r1, [r0]\n"        \
  "dsb\n"                 \
  "isb\n"
#else
#define MIDGE_ENABLE_FPU
#endif

extern "C" {

void midge_fault_entry();
void midge_systick_entry();

alignas(8) static uint8_t handler_stack[1024];

__attribute__((naked)) void midge_reset() {
  __asm volatile(
      ".syntax unified\n"
      "ldr r0, =__stack_top\n"
      "msr psp, r0\n"
      "movs r0, #2\n"  // CONTROL.SPSEL
      "msr control, r0\n"
      "isb\n" MIDGE_ENABLE_FPU
      "bl midge_start\n"  // does not return
      ".pool\n");
}

// Not needed by Midge; libgcc's 64-bit division names it, and would bring the unwinder and abort() along.
void __aeabi_unwind_cpp_pr0() {}

struct VectorTable {
  const void* stack_top;
  void (*handlers[15])();
};

// Interrupts stay disabled; the vectors of the core suffice.
extern const VectorTable midge_vectors;
__attribute__((section(".vectors"), used)) const VectorTable midge_vectors = {
    handler_stack + sizeof(handler_stack),
    {
        midge_reset,
        midge_fault_entry,  // NMI
        midge_fault_entry,  // HardFault: the four below escalate to it, since they are not enabled
        midge_fault_entry,  // MemManage
        midge_fault_entry,  // BusFault
        midge_fault_entry,  // UsageFault
        midge_fault_entry,  // SecureFault
        nullptr,
        nullptr,
        nullptr,
        midge_fault_entry,  // SVCall
        midge_fault_entry,  // DebugMonitor
        nullptr,
        midge_fault_entry,  // PendSV
        midge_systick_entry,
    },
};

}  // extern "C"
