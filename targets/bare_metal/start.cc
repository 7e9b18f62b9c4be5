// The part of start-up that is the same on every core: memory as C++ expects it, then the board, then main(). The family's
// reset code has set up the stack pointer and enabled the FPU, which compiled code may use from its first line on.
#include "targets/board.h"

extern "C" {

extern uint32_t __data_load[], __data_start[], __data_end[];
extern uint32_t __harness_data_load[], __harness_data_start[], __harness_data_end[];
extern uint32_t __bss_start[], __bss_end[];

static void copy_words(const uint32_t* from, uint32_t* to, const uint32_t* end) {
  while (to < end) *to++ = *from++;
}

[[noreturn]] void midge_start() {
  copy_words(__data_load, __data_start, __data_end);
  copy_words(__harness_data_load, __harness_data_start, __harness_data_end);
  for (uint32_t* word = __bss_start; word < __bss_end; ++word) *word = 0;
  midge_board_stack_paint();
  midge_board_init();
  midge_board_exit(main());
}

__attribute__((weak)) void midge_on_fault(const midge_fault*) { midge_board_exit(kExitFault); }

}  // extern "C"
