// The C API over the C++ one: same objects, other names.
#include "midge/ops.h"
#include "runtime/tensor_view.h"

static_assert(sizeof(midge::Interpreter) <= sizeof(midge_interpreter), "midge_interpreter::storage is too small");
static_assert(alignof(midge::Interpreter) <= alignof(midge_interpreter), "midge_interpreter is not aligned enough");

inline void* operator new(size_t, midge_interpreter* place) noexcept { return place; }

namespace {

midge::Interpreter* of(midge_interpreter* self) { return reinterpret_cast<midge::Interpreter*>(self); }
const midge::Interpreter* of(const midge_interpreter* self) { return reinterpret_cast<const midge::Interpreter*>(self); }

}  // namespace

extern "C" {

midge_status midge_init(midge_interpreter* self, const void* model, size_t model_bytes, const midge_op* const* ops, uint32_t op_count,
                        void* arena, size_t arena_bytes) {
  midge::Interpreter* interpreter = new (self) midge::Interpreter();
  const midge::OpList list(reinterpret_cast<const midge::OpRegistration* const*>(ops), op_count);
  return interpreter->init(model, model_bytes, list, arena, arena_bytes).bits();
}

midge_status midge_invoke(midge_interpreter* self) { return of(self)->invoke().bits(); }
midge_status midge_reset_variables(midge_interpreter* self) { return of(self)->reset_variables().bits(); }
uint32_t midge_input_count(const midge_interpreter* self) { return of(self)->input_count(); }
uint32_t midge_output_count(const midge_interpreter* self) { return of(self)->output_count(); }
midge_tensor midge_input(const midge_interpreter* self, uint32_t i) { return midge::view_of(of(self)->input(i)); }
midge_tensor midge_output(const midge_interpreter* self, uint32_t i) { return midge::view_of(of(self)->output(i)); }
size_t midge_arena_used_bytes(const midge_interpreter* self) { return of(self)->arena_used_bytes(); }

midge_failure midge_last_failure(const midge_interpreter* self) {
  const midge::Failure& f = of(self)->failure();
  return midge_failure{f.status.bits(), f.operator_index, f.tensor_index, f.needed_bytes, f.arena_bytes};
}

const char* midge_status_message(midge_status status) { return midge::status_message(midge::Status::from_bits(status).code()); }

#define MIDGE_OP_FUNCTION(name) \
  const midge_op* midge_op_##name(void) { return reinterpret_cast<const midge_op*>(&midge::ops::name); }
#define MIDGE_OP(name, builtin, version) \
  MIDGE_OP_FUNCTION(name)                \
  MIDGE_OP_FUNCTION(name##_s8)           \
  MIDGE_OP_FUNCTION(name##_s4)           \
  MIDGE_OP_FUNCTION(name##_s16)          \
  MIDGE_OP_FUNCTION(name##_f32)          \
  MIDGE_OP_FUNCTION(name##_hybrid)       \
  MIDGE_OP_FUNCTION(name##_u8)           \
  MIDGE_OP_FUNCTION(name##_s32)
#include "ops/ops.def"
}
