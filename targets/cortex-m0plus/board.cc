// cortex-m0plus: QEMU mps2-an385. Its core is a Cortex-M3, which would hide unaligned accesses that fault on a real Cortex-M0+.
#include "targets/board.h"

#include "targets/bare_metal/semihosting.h"
#include "targets/cortex_m/cortex_m.h"

extern "C" void midge_board_init(void) {
  midge::cortex_m::trap_unaligned_accesses();
  midge::cortex_m::protect_memory();
  midge::open_semihosting_wire();
  midge::cortex_m::start_systick();
}
