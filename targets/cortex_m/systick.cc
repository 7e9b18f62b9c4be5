// 64-bit ticks from SysTick, a 24-bit counter that counts down at the processor clock. Its exception counts the wraps.
#include "targets/board.h"
#include "targets/cortex_m/cortex_m.h"

namespace midge::cortex_m {
namespace {

constexpr uint32_t kPeriod = 1u << 24;
constexpr uint32_t kSystickPending = 1u << 26;  // in ICSR: wrapped, exception not taken yet

volatile uint32_t wraps;

/// The counter. It pends its exception on reaching 0 and is reloaded one clock later; never answering 0 keeps the two together.
uint32_t ticks_left() {
  for (;;) {
    const uint32_t left = device_register(kSystickValue);
    if (left != 0) return left;
  }
}

}  // namespace

void start_systick() {
  device_register(kSystickReload) = kPeriod - 1;
  device_register(kSystickValue) = 0;
  device_register(kSystickControl) = 7;  // processor clock, exception, on
}

extern "C" {

void midge_systick_entry() { wraps = wraps + 1; }

uint64_t midge_board_ticks(void) {
  for (;;) {
    const uint32_t wraps_before = wraps;
    uint32_t left = ticks_left();
    uint32_t uncounted = 0;
    if (device_register(kInterruptControl) & kSystickPending) {  // as in a fault handler, which SysTick cannot interrupt
      left = ticks_left();
      uncounted = 1;
    }
    if (wraps == wraps_before) return uint64_t{wraps_before + uncounted} * kPeriod + (kPeriod - left);
  }
}

}  // extern "C"
}  // namespace midge::cortex_m
