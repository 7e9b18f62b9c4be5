// How much stack was used, and what RAM is left. The stack is measured by a pattern: words below the stack pointer are
// painted, and the lowest word that no longer holds the pattern is the high-water mark.
#include "targets/board.h"

extern "C" {

extern uint32_t __stack_start[];
extern uint8_t __free_ram_start[], __free_ram_end[];

// Its bytes differ, so that no compiler makes a memset() call (with a frame in the painted area) of the loop.
static constexpr uint32_t kPattern = 0xC5A35B17;

// What the painting function's own frame may take; so much stays as it is.
static constexpr uint32_t kOwnFrameWords = 16;

static const uint32_t* painted_below;  // the stack pointer of the function that called the last paint

__attribute__((noinline)) void midge_board_stack_paint(void) {
  uint32_t* const callers_sp = static_cast<uint32_t*>(__builtin_dwarf_cfa());
  for (volatile uint32_t* word = __stack_start; word < callers_sp - kOwnFrameWords; ++word) *word = kPattern;
  painted_below = callers_sp;
}

uint32_t midge_board_stack_used(void) {
  const volatile uint32_t* word = __stack_start;
  while (word < painted_below && *word == kPattern) ++word;
  return static_cast<uint32_t>(painted_below - word) * sizeof(uint32_t);
}

void midge_board_free_ram(void** begin, uint32_t* bytes) {
  *begin = __free_ram_start;
  *bytes = static_cast<uint32_t>(__free_ram_end - __free_ram_start);
}

}  // extern "C"
