// Interpreter: start-up in four stages (open and check, prepare each operator, find lifetimes, place), then invoke.
//
// The planner's table, one entry a tensor and one an operator's scratch, lies at the front of the arena during start-up, where
// the activations will be; persistent memory grows from the back. When the two meet, preparation goes on counting, so that
// the failure says exactly what is needed.
#include "midge/interpreter.h"

#include "ops/common/resource_variables.h"
#include "runtime/lifetimes.h"

namespace midge {
namespace {

void* allocate_from_arena(void* arena, uint32_t bytes) { return static_cast<Arena*>(arena)->allocate(bytes); }

}  // namespace

Status Interpreter::fail(Status status, int32_t operator_index) {
  failure_.status = status;
  failure_.operator_index = operator_index;
  if (status.place() == Place::kTensor) failure_.tensor_index = static_cast<int32_t>(status.index());
  if (status.place() == Place::kOperator) failure_.operator_index = static_cast<int32_t>(status.index());
  return status;
}

Status Interpreter::init(const void* model, size_t model_bytes, const OpList& ops, void* arena, size_t arena_bytes,
                         const InterpreterOptions& options) {
  own_arena_ = Arena(arena, arena_bytes);
  return init(model, model_bytes, ops, &own_arena_, options);
}

Status Interpreter::init(const void* model, size_t model_bytes, const OpList& ops, Arena* arena, const InterpreterOptions& options) {
  ready_ = false;
  failure_ = Failure();
  scratch_bytes_ = 0;
  variables_ = nullptr;
  arena_ = arena;
  shapes_ = options.shapes;
  const Status opened = model_.open(model, model_bytes);
  if (!opened.ok()) return fail(opened);
  if (arena == nullptr) return fail(Code::kBadArgument);
  const Arena before = *arena;
  const Status status = prepare(ops, options);
  if (status.ok()) {
    ready_ = true;
    return reset_variables();
  }
  failure_.needed_bytes = static_cast<uint32_t>(arena->used());
  failure_.arena_bytes = static_cast<uint32_t>(arena->capacity());
  *arena = before;
  return status;
}

Status Interpreter::prepare(const OpList& ops, const InterpreterOptions& options) {
  const uint32_t tensors = model_.tensor_count(), operators = model_.operator_count();
  const uint32_t count = tensors + operators;
  if (count > PlanEntry::kMostEntries) return fail(Code::kTooLarge);
  if (!arena_->reserve_planned(count * static_cast<uint32_t>(sizeof(PlanEntry)))) return fail(Code::kArenaTooSmall);
  const Span<PlanEntry> entries{reinterpret_cast<PlanEntry*>(arena_->planned()), count};
  for (PlanEntry& e : entries) e = PlanEntry();

  nodes_ = static_cast<Node*>(arena_->allocate(operators * static_cast<uint32_t>(sizeof(Node))));
  tensors_ = static_cast<void**>(arena_->allocate(tensors * static_cast<uint32_t>(sizeof(void*))));
  const PrepareBackend backend{&model_, options.contract, options.shapes, &variables_, allocate_from_arena, arena_};
  for (uint32_t i = 0; i < operators; ++i) MIDGE_TRY(prepare_operator(i, ops, backend, &entries[tensors + i]));
  int32_t op = -1;
  uint32_t steps = 0;
  const Status alive = find_lifetimes(model_, shapes_, nullptr, entries, &steps, &op);
  if (!alive.ok()) return fail(alive, op);
  if (!options.keep_all_tensors && !resized()) {
    const Status taken = take_embedded_plan(model_, entries);
    if (!taken.ok()) return fail(taken);
  }
  for (PlanEntry& e : entries) {
    if (!options.use_embedded_plan) e.offset = PlanEntry::kUnplaced;
    if (options.keep_inputs && e.from_start != 0) e.last = static_cast<uint16_t>(steps);
  }
  for (uint32_t t = 0; options.keep_all_tensors && t < tensors; ++t) {
    if (entries[t].bytes != 0) entries[t].first = 0, entries[t].last = static_cast<uint16_t>(steps);
  }
  return place(entries);
}

Status Interpreter::prepare_operator(uint32_t i, const OpList& ops, const PrepareBackend& backend, PlanEntry* scratch) {
  const int32_t index = static_cast<int32_t>(i);
  const Operator op = model_.op(i);
  FoundKernels found;
  const Code code = ops.find(model_, op, &found);
  if (code != Code::kOk) return fail(Status(code, Place::kOperator, i), index);
  PrepareContext context(backend, op, *found.registration);
  const Status status = found.variant->prepare(context);
  if (model_.damaged()) return fail(Status(Code::kCorrupt, Place::kOperator, i), index);  // an option that leaves its table
  if (!status.ok() && status.code() != Code::kArenaTooSmall) return fail(status, index);
  if (context.scratch_bytes() != 0) {
    scratch->bytes = align_up(context.scratch_bytes(), kTensorAlignment);
    scratch_bytes_ = max(scratch_bytes_, scratch->bytes);
  }
  if (nodes_ != nullptr) nodes_[i] = Node{found.variant, context.prepared(), nullptr};
  return Code::kOk;
}

Tensor Interpreter::info(uint32_t i) const { return tensor_of_run(model_, shapes_, i); }

bool Interpreter::resized() const {
  for (uint32_t t = 0; shapes_ != nullptr && t < model_.tensor_count(); ++t) {
    if (shapes_[t] != model_.tensor(t).shape) return true;
  }
  return false;
}

Status Interpreter::place(Span<PlanEntry> entries) {
  const uint32_t tensors = model_.tensor_count();
  const uint32_t length = plan_greedy_by_size(entries);
  if (length == kPlanTooLong) return fail(Code::kTooLarge);
  arena_->reserve_planned(length);
  for (uint32_t t = 0; t < tensors; ++t) {
    const Tensor tensor = info(t);
    void* address = const_cast<uint8_t*>(tensor.data);  // constants are only ever read: lifetimes refuse an operator that writes one
    if (tensor.is_variable && !tensor.constant()) {
      address = arena_->allocate(tensor.bytes);
    } else if (tensor.constant() && type_bytes(tensor.type) == 8 && reinterpret_cast<uintptr_t>(address) % 8 != 0) {
      // The format aligns to 4 bytes only.
      address = arena_->allocate(tensor.bytes);
      if (address != nullptr) memcpy(address, tensor.data, tensor.bytes);
    } else if (entries[t].bytes != 0) {
      address = arena_->planned() + entries[t].offset;
    }
    if (tensors_ != nullptr) tensors_[t] = address;
  }
  if (!arena_->fits()) {
    uint32_t largest = 0;
    for (uint32_t t = 1; t < tensors; ++t) {
      if (entries[t].bytes > entries[largest].bytes) largest = t;
    }
    return fail(Status(Code::kArenaTooSmall, Place::kTensor, largest));
  }
  for (uint32_t i = 0; i < model_.operator_count(); ++i) {
    const PlanEntry& e = entries[tensors + i];
    if (e.bytes != 0) nodes_[i].scratch = arena_->planned() + e.offset;
  }
  return Code::kOk;
}

Status Interpreter::invoke() {
  if (!ready_) return Code::kNotReady;
  failure_ = Failure();
  return run(0);
}

Status Interpreter::run(uint32_t graph) {
  const Subgraph g = model_.subgraph(graph);
  // A profiler hears of the main subgraph's operators; what they call is a part of them.
  const Profiler* profiler = graph == 0 ? profiler_ : nullptr;
  const GraphCaller caller{[](void* self, uint32_t callee) { return static_cast<Interpreter*>(self)->run(callee); }, this};
  for (uint32_t i = g.first_operator; i < g.first_operator + g.operator_count; ++i) {
    const Operator op = model_.op(i);
    const Node& node = nodes_[i];
    if (profiler != nullptr) profiler->begin_operator(profiler->self, i);
    const Status status = node.variant->eval(EvalContext{tensors_, op.inputs, op.outputs, node.prepared, node.scratch, &caller});
    if (profiler != nullptr) profiler->end_operator(profiler->self, i);
    if (!status.ok()) return failure_.status.ok() ? fail(status, static_cast<int32_t>(i)) : status;  // the innermost is kept
  }
  return Code::kOk;
}

Status Interpreter::reset_variables() {
  if (!ready_) return Code::kNotReady;
  for (uint32_t t = 0; t < model_.tensor_count(); ++t) {
    const Tensor tensor = info(t);
    if (!tensor.is_variable || tensor.constant()) continue;
    memset(tensors_[t], tensor.type == Type::kInt8 ? tensor.zero_point() : 0, tensor.bytes);
  }
  for (uint32_t i = 0; i < model_.operator_count(); ++i) {
    if (nodes_[i].variant->reset != nullptr) nodes_[i].variant->reset(nodes_[i].prepared);
  }
  for (ResourceVariable* v = variables_; v != nullptr; v = v->next) memset(v->data(), v->fill, v->bytes);
  return Code::kOk;
}

TensorView Interpreter::tensor(int32_t i) const {
  if (!ready_ || i < 0 || static_cast<uint32_t>(i) >= model_.tensor_count()) return TensorView();
  const Tensor t = info(static_cast<uint32_t>(i));
  return TensorView{tensors_[i], t.bytes, t};
}

}  // namespace midge
