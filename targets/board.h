// The board interface: everything that an image (harness, self-test, example) asks of the machine it runs on. One
// implementation per folder of targets/; the same source then runs on every target, natively (`host`) included.
//
// The wire is a raw byte stream to and from the process that started the target: all 256 values pass unchanged, nothing
// is added. On emulated boards it is the semihosting console, which QEMU connects to stdin and stdout; a blocked read
// stops the guest's clock, so instruction and tick counts do not depend on the speed of the other side.
//
// There is no heap and there are no static constructors (the linker script refuses them). main() runs on the stack at the
// bottom of RAM, so that an overflow leaves RAM and faults instead of overwriting data.
#pragma once
#include <stdint.h>

/// Exit codes that the board itself produces; images use others.
constexpr int kExitWireClosed = 3;  // the other side closed the wire while the image read or wrote
constexpr int kExitFault = 4;       // a fault, where nothing overrides midge_on_fault() or the override returns

/// What was running when a fault stopped the machine.
struct midge_fault {
  uint32_t pc;             // instruction that faulted; 0 where the fault lost it (Arm, stack overflow)
  uint32_t lr;             // return address register then; 0 where pc is
  uint32_t address;        // data address that could not be accessed, if address_valid
  uint32_t status;         // Arm: CFSR (0 on a real ARMv6-M core, which has none). RISC-V: mcause
  uint32_t address_valid;  // 1 or 0
};

extern "C" {

/// Prepares wire and tick counter. Start-up calls it before main().
void midge_board_init(void);

/// Sends n bytes; returns when they are handed over. Ends the emulation with kExitWireClosed if nobody reads any more.
void midge_wire_write(const void* data, uint32_t n);

/// Receives exactly n bytes, however long that takes. Ends the emulation with kExitWireClosed at the end of the input.
void midge_wire_read(void* data, uint32_t n);

/// A monotonic tick count. One tick is `instructions_per_tick` (target.json) executed instructions under the emulator's
/// instruction clock, exactly and repeatably; on the host one nanosecond. Cost: about 20 instructions.
uint64_t midge_board_ticks(void);

/// Fills the unused part of the stack, below the caller's frame, with a pattern.
void midge_board_stack_paint(void);

/// Bytes of stack, below the frame that painted, written since the last paint: what the calls made in between needed at
/// most. Resolution: 64 bytes on bare metal, 256 on the host. An Arm exception frame (32 to 112 bytes) counts as well.
uint32_t midge_board_stack_used(void);

/// RAM that nothing uses, 16-byte aligned: the arena goes there.
void midge_board_free_ram(void** begin, uint32_t* bytes);

/// Ends the emulation (or the process) with this exit status.
[[noreturn]] void midge_board_exit(int code);

/// Called once, on a stack of its own (1 KB), after a fault; may use the wire; should end with midge_board_exit(). A fault
/// inside it ends the emulation too. Weak: the default exits with kExitFault. Define it in the source file that defines
/// main(), so that it is always linked.
void midge_on_fault(const midge_fault* fault);

/// The image. Its return value is the exit status.
int main(void);
}
