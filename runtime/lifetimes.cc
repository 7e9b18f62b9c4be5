// See lifetimes.h.
#include "runtime/lifetimes.h"

#include "model/control_flow.h"
#include "ops/context.h"

namespace midge {
namespace {

constexpr uint32_t kMostNested = 8;  // calls within calls: each is a call of walk() too

class Lifetimes {
 public:
  Lifetimes(const Model& model, const Shape* shapes, const uint8_t* known, Span<PlanEntry> entries)
      : model_(model), shapes_(shapes), known_(known), entries_(entries) {}

  /// That each tensor of the subgraph is written once, before it is read.
  Status check(const Subgraph& graph);
  /// Gives steps to the operators of a subgraph and of those that it calls.
  Status walk(const Subgraph& graph, uint32_t nested);

  int32_t operator_index = -1;
  uint32_t now = 0;

 private:
  static Status bad(Code code, uint32_t tensor) { return Status(code, Place::kTensor, tensor); }
  bool written(uint32_t t) const {
    const Tensor tensor = model_.tensor(t);
    return entries_[t].next != 0 || tensor.constant() || tensor.is_variable;
  }
  void alive(int32_t index, uint32_t from, uint32_t to) {
    if (index < 0) return;
    PlanEntry& e = entries_[static_cast<uint32_t>(index)];
    e.first = min(e.first, static_cast<uint16_t>(from));
    e.last = max(e.last, static_cast<uint16_t>(to));
  }
  void alive(const Indices& list, uint32_t from, uint32_t to) {
    for (uint32_t k = 0; k < list.count; ++k) alive(list[k], from, to);
  }

  const Model& model_;
  const Shape* shapes_;
  const uint8_t* known_;
  Span<PlanEntry> entries_;
};

// `next`, which is the planner's later, marks what has been written.
Status Lifetimes::check(const Subgraph& graph) {
  const auto mark = [&](int32_t t) { entries_[static_cast<uint32_t>(t)].next = 1; };
  operator_index = -1;
  for (uint32_t k = 0; k < graph.inputs.count; ++k) {
    const uint32_t t = static_cast<uint32_t>(graph.inputs[k]);
    if (model_.tensor(t).constant()) return bad(Code::kWrittenTwice, t);
    mark(graph.inputs[k]);
  }
  for (uint32_t i = 0; i < graph.operator_count; ++i) {
    operator_index = static_cast<int32_t>(graph.first_operator + i);
    const Operator op = model_.op(graph.first_operator + i);
    for (uint32_t k = 0; k < op.inputs.count; ++k) {
      if (op.inputs[k] < 0) continue;
      const uint32_t t = static_cast<uint32_t>(op.inputs[k]);
      // A tensor without elements (a shape of a scalar, axes of none) has no bytes in the file, and needs none.
      if (written(t) || shape_empty(tensor_of_run(model_, shapes_, t).shape)) continue;
      if (known_ == nullptr || known_[operator_index] != 0) return bad(Code::kUnproduced, t);
      mark(op.inputs[k]);
    }
    for (uint32_t k = 0; k < op.outputs.count; ++k) {
      const uint32_t t = static_cast<uint32_t>(op.outputs[k]);
      const Tensor tensor = model_.tensor(t);
      if (tensor.is_variable && !tensor.constant()) continue;  // lives for ever; prepare() has refused operators that may not write one
      if (written(t)) return bad(Code::kWrittenTwice, t);
      mark(op.outputs[k]);
    }
  }
  operator_index = -1;
  for (uint32_t k = 0; k < graph.outputs.count; ++k) {
    if (!written(static_cast<uint32_t>(graph.outputs[k]))) return bad(Code::kUnproduced, static_cast<uint32_t>(graph.outputs[k]));
  }
  return Code::kOk;
}

Status Lifetimes::walk(const Subgraph& graph, uint32_t nested) {
  if (nested > kMostNested) return Code::kTooNested;
  alive(graph.inputs, now, now);
  if (nested != 0) ++now;
  for (uint32_t i = graph.first_operator; i < graph.first_operator + graph.operator_count; ++i, ++now) {
    if (now >= PlanEntry::kMostEntries) return Code::kTooLarge;
    operator_index = static_cast<int32_t>(i);
    const Operator op = model_.op(i);
    const Callees callees = callees_of(op);
    const uint32_t start = now;
    const bool loop = op.code == static_cast<int32_t>(Builtin::WHILE);  // its outputs hold its variables, and take its inputs at once
    uint32_t results = now;  // the step in which the first of the outputs may be written
    for (uint32_t k = 0; k < callees.count; ++k) {
      if (callees.graphs[k] >= model_.subgraph_count()) return Status(Code::kBadIndex, Place::kOperator, i);
      ++now;
      if (!loop) alive(op.inputs, start, now);
      MIDGE_TRY(walk(model_.subgraph(callees.graphs[k]), nested + 1));
      operator_index = static_cast<int32_t>(i);
      if (k == 0) results = now;
    }
    if (callees.count != 0) ++now;
    alive(op.inputs, start, start);
    alive(op.outputs, loop ? start : results, now);
    alive(static_cast<int32_t>(model_.tensor_count() + i), start, now);
  }
  operator_index = -1;
  alive(graph.outputs, now, now);
  return Code::kOk;
}

}  // namespace

Status find_lifetimes(const Model& model, const Shape* shapes, const uint8_t* known, Span<PlanEntry> entries, uint32_t* steps,
                      int32_t* operator_index) {
  Lifetimes lifetimes(model, shapes, known, entries);
  Status status;
  for (uint32_t g = 0; g < model.subgraph_count() && status.ok(); ++g) status = lifetimes.check(model.subgraph(g));
  if (status.ok()) status = lifetimes.walk(model.subgraph(0), 0);
  *operator_index = lifetimes.operator_index;
  *steps = lifetimes.now;
  MIDGE_TRY(status);
  for (uint32_t k = 0; k < model.inputs().count; ++k) {
    PlanEntry& e = entries[static_cast<uint32_t>(model.inputs()[k])];
    e.first = 0, e.from_start = 1;
  }
  for (uint32_t t = 0; t < model.tensor_count(); ++t) {
    const Tensor tensor = tensor_of_run(model, shapes, t);
    // Without elements and never written: a shape of a scalar, say, as check() let pass.
    const bool nothing = entries[t].next == 0 && shape_empty(tensor.shape);
    entries[t].next = 0;
    if (entries[t].first == PlanEntry::kNever || nothing || tensor.constant() || tensor.is_variable) continue;
    if (tensor.bytes == 0) {
      return Status(shape_empty(tensor.shape) ? Code::kBadShape : Code::kUnsupportedType, Place::kTensor, t);
    }
    entries[t].bytes = tensor.bytes;
  }
  return Code::kOk;
}

// The metadata holds int32 values: version, subgraph, count, then an offset for each tensor, -1 where the runtime is to choose.
Status take_embedded_plan(const Model& model, Span<PlanEntry> entries) {
  const Span<const uint8_t> plan = model.metadata("OfflineMemoryAllocation");
  if (plan.empty() || model.subgraph_count() > 1) return Code::kOk;
  // In half steps: operator i reads at 2 i and writes at 2 i + 1.
  const auto written = [](const PlanEntry& e) { return e.from_start != 0 ? 0u : 2u * e.first + 1; };
  const auto last_used = [&](const PlanEntry& e) { return max(2u * e.last, written(e)); };
  const uint32_t tensors = model.tensor_count();
  if (plan.size < 12 || load_u32(plan.data + 8) != tensors || (plan.size - 12) / 4 < tensors) return Code::kBadPlan;
  for (uint32_t t = 0; t < tensors; ++t) {
    const int32_t offset = static_cast<int32_t>(load_u32(plan.data + 12 + 4 * t));
    PlanEntry& e = entries[t];
    if (offset == -1 || e.bytes == 0) continue;
    const Status bad(Code::kBadPlan, Place::kTensor, t);
    if (offset < 0 || offset % 4 != 0 || static_cast<uint32_t>(offset) > 0x7fffffff - e.bytes) return bad;
    e.offset = static_cast<uint32_t>(offset);
    for (uint32_t o = 0; o < t; ++o) {
      const PlanEntry& other = entries[o];
      if (other.bytes == 0 || other.offset == PlanEntry::kUnplaced) continue;
      const bool at_once = written(e) <= last_used(other) && written(other) <= last_used(e);
      if (at_once && e.offset < other.offset + other.bytes && other.offset < e.offset + e.bytes) return bad;
    }
  }
  return Code::kOk;
}

}  // namespace midge
