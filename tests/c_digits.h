/* digits.tflite from C: what c_digits.c offers to the test. */
#ifndef MIDGE_TESTS_C_DIGITS_H_
#define MIDGE_TESTS_C_DIGITS_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Runs the model on `count` images of 64 bytes, 10 outputs each. The arena is static. 0, or the status that failed. */
uint32_t c_digits_run(const void* model, size_t model_bytes, const int8_t* images, int8_t* outputs, size_t count, size_t* arena_used);
/* The status of an init with too small an arena; *needed is what the failure says. */
uint32_t c_digits_small_arena(const void* model, size_t model_bytes, size_t arena_bytes, uint32_t* needed);

#ifdef __cplusplus
}
#endif

#endif
