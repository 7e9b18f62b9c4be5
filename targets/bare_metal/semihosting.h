// Semihosting: the debugger's (here QEMU's) services, requested by one trap instruction. Arm's specification 2.0, which
// RISC-V shares. QEMU executes a call in zero guest time; without `-semihosting-config enable=on` it is a fault.
#pragma once
#include <stdint.h>

namespace midge {

enum class SemihostOperation : uint32_t { kOpen = 0x01, kWrite = 0x05, kRead = 0x06, kExitExtended = 0x20 };

/// The trap. `arguments` points to the operation's parameter block of 32-bit words. One definition per family.
extern "C" uint32_t midge_semihost(SemihostOperation operation, const void* arguments);

/// Opens the console as the wire. To be called by midge_board_init().
void open_semihosting_wire();

}  // namespace midge
