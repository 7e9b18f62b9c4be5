// cortex-m33: QEMU mps2-an505, in secure state throughout.
#include "targets/board.h"

#include "targets/bare_metal/semihosting.h"
#include "targets/cortex_m/cortex_m.h"

extern "C" void midge_board_init(void) {
  midge::cortex_m::protect_memory();
  midge::open_semihosting_wire();
  midge::cortex_m::start_systick();
}
