// See lifetimes.h.
#include "runtime/lifetimes.h"

#include "ops/context.h"

namespace midge {

Status find_lifetimes(const Model& model, const Shape* shapes, const uint8_t* known, Span<PlanEntry> entries, int32_t* operator_index) {
  const uint32_t operators = model.operator_count();
  const uint16_t end = static_cast<uint16_t>(operators);
  const auto bad = [](Code code, uint32_t tensor) { return Status(code, Place::kTensor, tensor); };
  const auto fixed = [&](const Tensor& t) { return t.constant() || t.is_variable; };
  const auto written = [&](uint32_t t) { return entries[t].first != PlanEntry::kNever || fixed(model.tensor(t)); };

  *operator_index = -1;
  for (uint32_t k = 0; k < model.inputs().count; ++k) {
    const uint32_t t = static_cast<uint32_t>(model.inputs()[k]);
    if (model.tensor(t).constant()) return bad(Code::kWrittenTwice, t);
    entries[t].first = 0;
    entries[t].from_start = 1;
  }
  for (uint32_t i = 0; i < operators; ++i) {
    *operator_index = static_cast<int32_t>(i);
    const Operator op = model.op(i);
    const uint16_t now = static_cast<uint16_t>(i);
    for (uint32_t k = 0; k < op.inputs.count; ++k) {
      if (op.inputs[k] < 0) continue;
      const uint32_t t = static_cast<uint32_t>(op.inputs[k]);
      // A tensor without elements (a shape of a scalar, axes of none) has no bytes in the file, and needs none.
      if (!written(t) && !shape_empty(tensor_of_run(model, shapes, t).shape)) {
        if (known == nullptr || known[i] != 0) return bad(Code::kUnproduced, t);
        entries[t].first = now;
      }
      entries[t].last = now;
    }
    for (uint32_t k = 0; k < op.outputs.count; ++k) {
      const uint32_t t = static_cast<uint32_t>(op.outputs[k]);
      if (written(t)) return bad(Code::kWrittenTwice, t);
      entries[t].first = now;
      entries[t].last = now;
    }
  }
  *operator_index = -1;
  for (uint32_t k = 0; k < model.outputs().count; ++k) {
    const uint32_t t = static_cast<uint32_t>(model.outputs()[k]);
    if (!written(t)) return bad(Code::kUnproduced, t);
    entries[t].last = end;
  }
  for (uint32_t t = 0; t < model.tensor_count(); ++t) {
    const Tensor tensor = tensor_of_run(model, shapes, t);
    if (entries[t].first == PlanEntry::kNever || fixed(tensor)) continue;
    if (tensor.bytes == 0) return bad(shape_empty(tensor.shape) ? Code::kBadShape : Code::kUnsupportedType, t);
    entries[t].bytes = tensor.bytes;
  }
  return Code::kOk;
}

// The metadata holds int32 values: version, subgraph, count, then an offset for each tensor, -1 where the runtime is to choose.
Status take_embedded_plan(const Model& model, Span<PlanEntry> entries) {
  const Span<const uint8_t> plan = model.metadata("OfflineMemoryAllocation");
  if (plan.empty()) return Code::kOk;
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
