// Custom operators in C: one pair of C++ functions that calls those of the midge_custom_op.
#include "midge/custom_op.h"

#include "runtime/tensor_view.h"

using midge::Code;
using midge::EvalContext;
using midge::PrepareContext;
using midge::Status;

/// One of prepare and eval is set.
struct midge_node {
  PrepareContext* prepare;
  const EvalContext* eval;
  void* state;
  uint32_t memory_bytes;
};

namespace {

/// What lies before the state in the persistent memory; the requested memory comes after it.
struct alignas(8) CustomData {
  const midge_custom_op* op;
  uint32_t memory_offset;  ///< from the state

  uint8_t* state() { return reinterpret_cast<uint8_t*>(this + 1); }
  uint8_t* memory() { return state() + memory_offset; }
};

Status prepare(PrepareContext& c) {
  const midge_custom_op& op = *static_cast<const midge_custom_op*>(c.registration().user);
  if (op.state_bytes > MIDGE_CUSTOM_STATE_MOST) return Code::kBadArgument;
  MIDGE_TRY(c.expect(0, c.input_count(), c.output_count()));
  alignas(8) uint8_t state[MIDGE_CUSTOM_STATE_MOST] = {};
  midge_node node = {&c, nullptr, state, 0};
  MIDGE_TRY(Status::from_bits(op.prepare(&node)));
  const uint32_t offset = midge::align_up(op.state_bytes, 8u);
  CustomData* p;
  MIDGE_TRY(c.allocate(&p, uint64_t{offset} + node.memory_bytes));
  p->op = &op;
  p->memory_offset = offset;
  memcpy(p->state(), state, op.state_bytes);
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  CustomData& p = c.state<CustomData>();
  midge_node node = {nullptr, &c, p.state(), 0};
  return Status::from_bits(p.op->eval(&node));
}

void reset(void* prepared) {
  CustomData* p = static_cast<CustomData*>(prepared);
  if (p->op->reset != nullptr) p->op->reset(p->state(), p->memory());
}

constexpr midge::Variant kVariants[] = {{midge::Type::kAny, midge::Type::kAny, midge::Type::kAny, prepare, eval, reset}};

midge_tensor view(const midge::Tensor& t) { return midge::view_of(midge::TensorView{const_cast<uint8_t*>(t.data), t.bytes, t}); }

static_assert(sizeof(midge::OpRegistration) <= sizeof(midge_registration), "midge_registration::storage is too small");

}  // namespace

extern "C" {

const midge_op* midge_register_custom(midge_registration* storage, const midge_custom_op* op) {
  const midge::OpRegistration registration = {static_cast<int32_t>(midge::Builtin::CUSTOM), op->version, kVariants, 1, op->name, op};
  memcpy(storage, &registration, sizeof registration);
  return reinterpret_cast<const midge_op*>(storage);
}

void* midge_node_state(midge_node* node) { return node->state; }
uint32_t midge_node_input_count(const midge_node* node) { return node->prepare->input_count(); }
uint32_t midge_node_output_count(const midge_node* node) { return node->prepare->output_count(); }
midge_tensor midge_node_input(const midge_node* node, uint32_t slot) { return view(node->prepare->input(slot)); }
midge_tensor midge_node_output(const midge_node* node, uint32_t slot) { return view(node->prepare->output(slot)); }

const uint8_t* midge_node_options(const midge_node* node, uint32_t* bytes) {
  *bytes = static_cast<uint32_t>(node->prepare->custom_options().size);
  return node->prepare->custom_options().data;
}

midge_status midge_node_set_output_shape(midge_node* node, uint32_t slot, const int32_t* dims, int32_t rank) {
  if (slot >= node->prepare->output_count() || rank < 0 || rank > midge::kMaxRank) return Status(Code::kBadArgument).bits();
  midge::Shape shape;
  shape.rank = rank;
  for (int32_t i = 0; i < rank; ++i) shape.dims[i] = dims[i];
  return node->prepare->set_output_shape(slot, shape).bits();
}

void midge_node_request_scratch(midge_node* node, uint32_t bytes) { node->prepare->request_scratch(bytes); }
void midge_node_request_memory(midge_node* node, uint32_t bytes) { node->memory_bytes = bytes; }

midge_status midge_node_refuse_input(const midge_node* node, uint32_t slot) {
  return node->prepare->fail_input(slot, Code::kRefused).bits();
}

midge_status midge_node_refuse_output(const midge_node* node, uint32_t slot) {
  return (slot < node->prepare->output_count() ? node->prepare->fail_output(slot, Code::kRefused) : Status(Code::kRefused)).bits();
}

const void* midge_node_input_data(const midge_node* node, uint32_t slot) { return node->eval->optional_input<void>(slot); }
void* midge_node_output_data(const midge_node* node, uint32_t slot) { return node->eval->output<void>(slot); }
void* midge_node_scratch(const midge_node* node) { return node->eval->scratch; }
void* midge_node_memory(midge_node* node) { return node->eval->state<CustomData>().memory(); }
midge_status midge_node_bad_data(void) { return Status(Code::kBadData).bits(); }
}
