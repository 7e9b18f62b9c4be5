// Turns a fault exception into a midge_fault. ARMv6-M instructions only.
//
// On exception entry the core pushes r0-r3, r12, lr, pc, xpsr on the stack in use. If that stack overflowed, the frame could
// not be written: pc and lr are lost then, while the address of the access that overflowed is still in BFAR.
#include "targets/board.h"
#include "targets/cortex_m/cortex_m.h"

namespace {

constexpr uint32_t kFrameLr = 5;
constexpr uint32_t kFramePc = 6;
constexpr uint32_t kMemoryFaultAddressValid = 1u << 7;
constexpr uint32_t kBusFaultAddressValid = 1u << 15;
constexpr uint32_t kStackingFailed = 1u << 4 | 1u << 12 | 1u << 20;  // MSTKERR, STKERR, STKOF

}  // namespace

extern "C" {

extern uint32_t __stack_start[];

[[noreturn]] void midge_take_fault(const uint32_t* frame) {
  using namespace midge::cortex_m;
  midge_fault fault = {};
  if (is_mainline_core()) {
    fault.status = device_register(kFaultStatus);
    if (fault.status & kBusFaultAddressValid) {
      fault.address = device_register(kBusFaultAddress);
      fault.address_valid = 1;
    } else if (fault.status & kMemoryFaultAddressValid) {
      fault.address = device_register(kMemoryFaultAddress);
      fault.address_valid = 1;
    }
  }
  const bool has_frame = frame >= __stack_start && !(fault.status & kStackingFailed);
  if (has_frame) {
    fault.pc = frame[kFramePc];
    fault.lr = frame[kFrameLr];
  }
  midge_on_fault(&fault);
  midge_board_exit(kExitFault);
}

// Bit 2 of the EXC_RETURN value in lr says which stack holds the frame.
__attribute__((naked)) void midge_fault_entry() {
  __asm volatile(
      ".syntax unified\n"
      "mov r1, lr\n"
      "movs r2, #4\n"
      "mrs r0, msp\n"
      "tst r1, r2\n"
      "beq 1f\n"
      "mrs r0, psp\n"
      "1: bl midge_take_fault\n");  // does not return
}

}  // extern "C"
