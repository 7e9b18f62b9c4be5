/* MedianOfThree in C: out[i] = the median of in[i] at this inference and at the two before; at the first two, of zero points. */
#include "examples/custom_op/median_of_three.h"

#include <string.h>

#define TYPE_INT8 9

struct median {
  uint32_t count;
  int32_t zero_point;
};

static midge_status prepare(midge_node* node) {
  if (midge_node_input_count(node) != 1 || midge_node_output_count(node) != 1) return midge_node_refuse_input(node, 0);
  const midge_tensor in = midge_node_input(node, 0), out = midge_node_output(node, 0);
  if (in.type != TYPE_INT8) return midge_node_refuse_input(node, 0);
  if (out.type != TYPE_INT8) return midge_node_refuse_output(node, 0);
  struct median* state = midge_node_state(node);
  state->count = in.bytes;
  state->zero_point = in.zero_point;
  midge_node_request_memory(node, 2 * in.bytes);
  return midge_node_set_output_shape(node, 0, in.dims, in.rank);
}

static int8_t median(int8_t a, int8_t b, int8_t c) {
  const int8_t low = a < b ? a : b, high = a < b ? b : a;
  return c < low ? low : c > high ? high : c;
}

static midge_status eval(midge_node* node) {
  const struct median* state = midge_node_state(node);
  const int8_t* in = midge_node_input_data(node, 0);
  int8_t *out = midge_node_output_data(node, 0), *last = midge_node_memory(node), *before = last + state->count;
  for (uint32_t i = 0; i < state->count; ++i) {
    const int8_t now = in[i]; /* `out` may be `in` */
    out[i] = median(last[i], before[i], now);
    before[i] = last[i];
    last[i] = now;
  }
  return 0;
}

static void reset(void* state, void* memory) {
  const struct median* median = state;
  memset(memory, median->zero_point, 2 * median->count);
}

const midge_custom_op median_of_three_c = {"MedianOfThree", 1, sizeof(struct median), prepare, eval, reset};
