/* The C API of the runtime, for firmware written in C: the part of interpreter.h that runs a model under the litert contract on
 * an arena of its own.
 *
 *   static midge_interpreter interpreter;
 *   midge_status s = midge_init(&interpreter, model, model_bytes, ops, op_count, arena, arena_bytes);
 *   memcpy(midge_input(&interpreter, 0).data, samples, ...);
 *   s = midge_invoke(&interpreter);
 *
 * A status is 0 when all is well; midge_status_message() turns it into a sentence. Nothing allocates, blocks or prints.
 */
#ifndef MIDGE_MIDGE_H_
#define MIDGE_MIDGE_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef uint32_t midge_status; /* 0: ok. Bits 0 to 7: code; 8 to 11: what the index counts; 12 to 31: index */

/* Opaque storage for an interpreter, so that C code can put it where it wants. */
typedef struct midge_interpreter {
  uint64_t storage[48];
} midge_interpreter;

/* An operator to register: midge_op_conv_2d() (every type) or midge_op_conv_2d_s8() (int8 only), from <midge/ops.h>. */
typedef struct midge_op midge_op;

typedef struct midge_tensor {
  void* data;     /* null if there is no such tensor */
  uint32_t bytes;
  uint8_t type;   /* the format's element type: 0 float32, 2 int32, 9 int8, ... */
  int32_t rank;
  int32_t dims[6];
  float scale;    /* 0 where not quantised; else real = scale * (q - zero_point) */
  int32_t zero_point;
} midge_tensor;

typedef struct midge_failure {
  midge_status status;
  int32_t operator_index; /* -1: not about one operator */
  int32_t tensor_index;   /* -1: not about one tensor */
  uint32_t needed_bytes;  /* arena too small: what it must have */
  uint32_t arena_bytes;   /* arena too small: what it has */
} midge_failure;

midge_status midge_init(midge_interpreter* self, const void* model, size_t model_bytes, const midge_op* const* ops, uint32_t op_count,
                        void* arena, size_t arena_bytes);
midge_status midge_invoke(midge_interpreter* self);
midge_status midge_reset_variables(midge_interpreter* self);
uint32_t midge_input_count(const midge_interpreter* self);
uint32_t midge_output_count(const midge_interpreter* self);
midge_tensor midge_input(const midge_interpreter* self, uint32_t i);
midge_tensor midge_output(const midge_interpreter* self, uint32_t i);
size_t midge_arena_used_bytes(const midge_interpreter* self);
midge_failure midge_last_failure(const midge_interpreter* self);
const char* midge_status_message(midge_status status); /* never null; links the table of sentences */

#ifdef __cplusplus
}
#endif

#endif /* MIDGE_MIDGE_H_ */
