/* The C API from C11: the headers compile as C, and the interpreter runs. */
#include "tests/c_digits.h"

#include <string.h>

#include "midge/midge.h"
#include "midge/ops.h"

static midge_interpreter interpreter;
static _Alignas(16) uint8_t arena[32 * 1024];

static midge_status init(const void* model, size_t model_bytes, size_t arena_bytes) {
  const midge_op* ops[7];
  uint32_t n = 0;
  ops[n++] = midge_op_conv_2d_s8();
  ops[n++] = midge_op_depthwise_conv_2d_s8();
  ops[n++] = midge_op_max_pool_2d_s8();
  ops[n++] = midge_op_mean_s8();
  ops[n++] = midge_op_fully_connected_s8();
  ops[n++] = midge_op_softmax();
  ops[n++] = midge_op_reshape();
  return midge_init(&interpreter, model, model_bytes, ops, n, arena, arena_bytes);
}

uint32_t c_digits_run(const void* model, size_t model_bytes, const int8_t* images, int8_t* outputs, size_t count, size_t* arena_used) {
  midge_status status = init(model, model_bytes, sizeof arena);
  if (status != 0) return status;
  *arena_used = midge_arena_used_bytes(&interpreter);
  if (midge_input_count(&interpreter) != 1 || midge_output_count(&interpreter) != 1) return 1;
  for (size_t i = 0; i < count && status == 0; ++i) {
    const midge_tensor in = midge_input(&interpreter, 0), out = midge_output(&interpreter, 0);
    if (in.bytes != 64 || in.rank != 4 || in.dims[1] != 8 || in.type != 9 || in.scale <= 0 || out.bytes != 10) return 1;
    memcpy(in.data, images + 64 * i, 64);
    status = midge_invoke(&interpreter);
    memcpy(outputs + 10 * i, out.data, 10);
  }
  if (status == 0) status = midge_reset_variables(&interpreter);
  return midge_input(&interpreter, 1).data == NULL ? status : 1;
}

uint32_t c_digits_small_arena(const void* model, size_t model_bytes, size_t arena_bytes, uint32_t* needed) {
  const midge_status status = init(model, model_bytes, arena_bytes);
  const midge_failure failure = midge_last_failure(&interpreter);
  if (status == 0) return failure.status;
  *needed = failure.needed_bytes;
  return failure.status == status && failure.arena_bytes == arena_bytes && midge_status_message(status)[0] != 0 ? status : 1;
}
