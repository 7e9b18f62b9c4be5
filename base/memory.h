// memcpy and its kin. Debian's RISC-V compiler comes without a C library, so without <string.h>; there the target brings them.
#pragma once
#include <stddef.h>

#if __has_include(<string.h>)
#include <string.h>
#else
extern "C" {
void* memcpy(void* to, const void* from, size_t n);
void* memmove(void* to, const void* from, size_t n);
void* memset(void* to, int byte, size_t n);
int memcmp(const void* a, const void* b, size_t n);
size_t strlen(const char* s);
}
#endif
