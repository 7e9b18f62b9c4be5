/* Operators of your own, in C. In C++ an operator is an OpRegistration, see ops/context.h; examples/custom_op has both.
 *
 *   static midge_status prepare(midge_node* node) { ... midge_node_set_output_shape(node, 0, in.dims, in.rank) ... }
 *   static midge_status eval(midge_node* node) { ... midge_node_output_data(node, 0) ... }
 *   static const midge_custom_op glow = {"Glow", 1, sizeof(struct glow), prepare, eval, NULL};
 *
 *   static midge_registration storage;
 *   ops[n++] = midge_register_custom(&storage, &glow);
 *
 * prepare() is called once, by midge_init(): it checks what the model says and notes what eval() needs in the state. eval() is called at
 * each inference, allocates nothing, and must not trust the values that it is given. A status other than 0 ends init or inference.
 */
#ifndef MIDGE_CUSTOM_OP_H_
#define MIDGE_CUSTOM_OP_H_

#include "midge/midge.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MIDGE_CUSTOM_STATE_MOST 128 /* bytes */

typedef struct midge_node midge_node; /* an operator of the model, while one of the functions below runs */

typedef struct midge_custom_op {
  const char* name;     /* of the custom operator, as the file has it */
  int32_t version;      /* the newest that is understood */
  uint32_t state_bytes; /* what prepare() fills and eval() finds again, at most MIDGE_CUSTOM_STATE_MOST */
  midge_status (*prepare)(midge_node* node);
  midge_status (*eval)(midge_node* node);
  void (*reset)(void* state, void* memory); /* midge_reset_variables(), and after midge_init(); null: nothing to do */
} midge_custom_op;

/* Opaque storage for a registration. It and the operator must live as long as the interpreter. */
typedef struct midge_registration {
  void* storage[16];
} midge_registration;

const midge_op* midge_register_custom(midge_registration* storage, const midge_custom_op* op);

/* In prepare() and eval(). The state is zeroed before prepare(). */
void* midge_node_state(midge_node* node);

/* In prepare(). A tensor's data is that of a constant, else null. An absent tensor has type 254. */
uint32_t midge_node_input_count(const midge_node* node);
uint32_t midge_node_output_count(const midge_node* node);
midge_tensor midge_node_input(const midge_node* node, uint32_t slot);
midge_tensor midge_node_output(const midge_node* node, uint32_t slot);
const uint8_t* midge_node_options(const midge_node* node, uint32_t* bytes); /* as the converter wrote them */
/* For each output: the shape that follows from the inputs. The file must say the same. */
midge_status midge_node_set_output_shape(midge_node* node, uint32_t slot, const int32_t* dims, int32_t rank);
/* Memory of eval() alone, 16-byte aligned; and memory that is kept between inferences, zeroed at first, 8-byte aligned. Once each. */
void midge_node_request_scratch(midge_node* node, uint32_t bytes);
void midge_node_request_memory(midge_node* node, uint32_t bytes);
/* What prepare() returns where it refuses a tensor, so that the message names it. */
midge_status midge_node_refuse_input(const midge_node* node, uint32_t slot);
midge_status midge_node_refuse_output(const midge_node* node, uint32_t slot);

/* In eval(). */
const void* midge_node_input_data(const midge_node* node, uint32_t slot);
void* midge_node_output_data(const midge_node* node, uint32_t slot);
void* midge_node_scratch(const midge_node* node);
void* midge_node_memory(midge_node* node);
midge_status midge_node_bad_data(void); /* what eval() returns for a value that it cannot work with */

#ifdef __cplusplus
}
#endif

#endif /* MIDGE_CUSTOM_OP_H_ */
