// What the runtime asks of the platform: three C functions, each with a weak default, so that a port overrides only
// what it has. Nothing else is called: no heap, no stdio, no abort.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A line for the developer, without newline. Default: dropped.
void midge_platform_log(const char* line);

/// A monotonic tick counter for the profiler. Default: 0.
uint64_t midge_platform_ticks(void);

/// Called when an invariant of the library itself is broken; must not return. Default: an endless loop.
void midge_platform_halt(void);

#ifdef __cplusplus
}
#endif
