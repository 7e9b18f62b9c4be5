// See arena_plan.h.
#include "report/arena_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <tuple>

#include "midge/interpreter.h"

namespace midge {
namespace {

constexpr char kPlanMetadata[] = "OfflineMemoryAllocation";
constexpr uint32_t kPlanHeaderBytes = 12;

bool fixed(const Tensor& t) { return t.constant() || t.is_variable; }

/// Tensors first, then one entry an operator for its scratch: the order decides where sizes are equal.
class Lifetimes {
 public:
  Lifetimes(const Model& model, ArenaPlan* plan) : model_(model), plan_(plan), entries_(model.tensor_count() + model.operator_count()) {}

  /// False if the graph is wrong; the plan's status says how.
  bool find(const std::vector<OperatorSupport>& support) {
    const uint32_t operators = model_.operator_count();
    if (operators >= PlanEntry::kNever - 1u) return bad(Code::kTooLarge, -1);
    const uint16_t end = static_cast<uint16_t>(operators);
    for (uint32_t k = 0; k < model_.inputs().count; ++k) {
      const uint32_t t = static_cast<uint32_t>(model_.inputs()[k]);
      if (model_.tensor(t).constant()) return bad(Status(Code::kWrittenTwice, Place::kTensor, t), -1);
      entries_[t].first = 0;
    }
    for (uint32_t i = 0; i < operators; ++i) {
      if (!visit(i, support[i].status.ok())) return false;
      if (support[i].scratch_bytes == 0) continue;
      PlanEntry& scratch = entries_[model_.tensor_count() + i];
      scratch.bytes = align_up(support[i].scratch_bytes, kTensorAlignment);
      scratch.first = scratch.last = static_cast<uint16_t>(i);
    }
    for (uint32_t k = 0; k < model_.outputs().count; ++k) {
      const uint32_t t = static_cast<uint32_t>(model_.outputs()[k]);
      if (!written(t)) return bad(Status(Code::kUnproduced, Place::kTensor, t), -1);
      entries_[t].last = end;
    }
    for (uint32_t t = 0; t < model_.tensor_count(); ++t) {
      const Tensor tensor = model_.tensor(t);
      if (entries_[t].first == PlanEntry::kNever || fixed(tensor)) continue;
      if (tensor.bytes == 0) return bad(Status(Code::kUnsupportedType, Place::kTensor, t), -1);
      entries_[t].bytes = tensor.bytes;
    }
    // The planner counts in 32 bits. A plan is never longer than all blocks one after the other.
    uint64_t total = 0;
    for (const PlanEntry& e : entries_) total += e.bytes == 0 ? 0 : e.bytes + uint64_t{kTensorAlignment};
    return total <= 0x7fffffff || bad(Code::kTooLarge, -1);
  }

  /// False if the offsets in the file are not usable. What is wrong with them in detail the interpreter says.
  bool take_embedded() {
    const Span<const uint8_t> embedded = model_.metadata(kPlanMetadata);
    if (embedded.empty()) return true;
    const uint32_t tensors = model_.tensor_count();
    if (embedded.size < kPlanHeaderBytes || load_u32(embedded.data + 8) != tensors || (embedded.size - kPlanHeaderBytes) / 4 < tensors) {
      return bad(Code::kBadPlan, -1);
    }
    for (uint32_t t = 0; t < tensors; ++t) {
      const int32_t offset = static_cast<int32_t>(load_u32(embedded.data + kPlanHeaderBytes + 4 * t));
      if (offset == -1 || entries_[t].bytes == 0) continue;
      if (offset < 0 || static_cast<uint32_t>(offset) > 0x7fffffff - entries_[t].bytes)
        return bad(Status(Code::kBadPlan, Place::kTensor, t), -1);
      entries_[t].offset = static_cast<uint32_t>(offset);
      plan_->embedded = true;
    }
    return true;
  }

  std::vector<PlanEntry>& entries() { return entries_; }

 private:
  bool written(uint32_t t) const { return entries_[t].first != PlanEntry::kNever || fixed(model_.tensor(t)); }

  /// What an operator that is not supported may do is not known: an input that nothing has written begins to live there.
  bool visit(uint32_t i, bool supported) {
    const Operator op = model_.op(i);
    const uint16_t now = static_cast<uint16_t>(i);
    for (uint32_t k = 0; k < op.inputs.count; ++k) {
      if (op.inputs[k] < 0) continue;
      const uint32_t t = static_cast<uint32_t>(op.inputs[k]);
      if (!written(t)) {
        if (supported) return bad(Status(Code::kUnproduced, Place::kTensor, t), static_cast<int>(i));
        entries_[t].first = now;
      }
      entries_[t].last = now;
    }
    for (uint32_t k = 0; k < op.outputs.count; ++k) {
      const uint32_t t = static_cast<uint32_t>(op.outputs[k]);
      if (written(t)) return bad(Status(Code::kWrittenTwice, Place::kTensor, t), static_cast<int>(i));
      entries_[t].first = entries_[t].last = now;
    }
    return true;
  }

  bool bad(Status status, int operator_index) {
    plan_->status = status;
    plan_->operator_index = operator_index;
    return false;
  }

  const Model& model_;
  ArenaPlan* plan_;
  std::vector<PlanEntry> entries_;
};

/// Bytes alive at each operator; computed from changes, so that it is linear in the number of entries.
std::vector<uint32_t> live_bytes(const std::vector<PlanEntry>& entries, uint32_t operators) {
  std::vector<int64_t> change(operators + 2);
  for (const PlanEntry& e : entries) {
    if (e.bytes == 0) continue;
    change[e.first] += e.bytes;
    change[e.last + 1u] -= e.bytes;
  }
  std::vector<uint32_t> out;
  int64_t live = 0;
  for (uint32_t i = 0; i < operators; ++i) out.push_back(static_cast<uint32_t>(live += change[i]));
  return out;
}

/// See ArenaPlan::device_arena_bytes.
uint32_t device_arena(const Model& model, const std::vector<OperatorSupport>& support, uint32_t plan_bytes) {
  constexpr uint32_t kNodeBytes = 12, kPointerBytes = 4;
  const uint32_t tensors = model.tensor_count(), operators = model.operator_count();
  uint32_t total = max(plan_bytes, static_cast<uint32_t>(sizeof(PlanEntry)) * (tensors + operators));
  total = align_up(total, kTensorAlignment);
  total += align_up(operators * kNodeBytes, kPersistentAlignment) + align_up(tensors * kPointerBytes, kPersistentAlignment);
  for (const OperatorSupport& s : support) total += s.persistent_bytes;
  for (uint32_t t = 0; t < tensors; ++t) {
    const Tensor tensor = model.tensor(t);
    if (tensor.is_variable && !tensor.constant()) total += align_up(tensor.bytes, kPersistentAlignment);
  }
  return total;
}

}  // namespace

ArenaPlan plan_arena(const Model& model, const std::vector<OperatorSupport>& support) {
  ArenaPlan plan;
  plan.complete = std::all_of(support.begin(), support.end(), [](const OperatorSupport& s) { return s.status.ok(); });
  Lifetimes lifetimes(model, &plan);
  if (!lifetimes.find(support) || !lifetimes.take_embedded()) return plan;

  std::vector<PlanEntry>& entries = lifetimes.entries();
  const uint32_t tensors = model.tensor_count();
  plan.activation_bytes = plan_greedy_by_size(Span<PlanEntry>{entries.data(), static_cast<uint32_t>(entries.size())});
  plan.timeline = live_bytes(entries, model.operator_count());
  for (const uint32_t live : plan.timeline) plan.live_peak_bytes = max(plan.live_peak_bytes, live);
  for (uint32_t i = 0; i < entries.size(); ++i) {
    const PlanEntry& e = entries[i];
    if (e.bytes != 0) plan.blocks.push_back({i < tensors ? static_cast<int>(i) : -1, e.bytes, e.offset, e.first, e.last});
  }
  const auto key = [](const ArenaBlock& b) { return std::tuple(b.first, b.offset, b.tensor); };
  std::sort(plan.blocks.begin(), plan.blocks.end(), [&](const ArenaBlock& a, const ArenaBlock& b) { return key(a) < key(b); });
  plan.device_arena_bytes = device_arena(model, support, plan.activation_bytes);
  return plan;
}

void check_against_interpreter(const Model& model, Contract contract, ArenaPlan* plan) {
  constexpr size_t kAlignment = 64;
  const size_t bytes = 2 * static_cast<size_t>(plan->device_arena_bytes) + 4096;  // pointers are larger here
  const std::unique_ptr<uint8_t[]> storage(new uint8_t[bytes + kAlignment]);
  void* arena = storage.get();
  size_t space = bytes + kAlignment;
  std::align(kAlignment, bytes, arena, space);
  Interpreter interpreter;
  InterpreterOptions options;
  options.contract = contract;
  const Status status = interpreter.init(model.data(), model.size(), all_ops(), arena, bytes, options);
  if (!status.ok()) {
    plan->status = status;
    plan->operator_index = interpreter.failure().operator_index;
    return;
  }
  for (const ArenaBlock& block : plan->blocks) {
    if (block.tensor < 0) continue;
    const auto* address = static_cast<const uint8_t*>(interpreter.tensor(block.tensor).data);
    const std::ptrdiff_t offset = address - static_cast<const uint8_t*>(arena);
    if (offset != static_cast<std::ptrdiff_t>(block.offset)) {
      throw std::logic_error(fmt::format("the memory plan shows tensor {} at {}, the interpreter has it at {}", block.tensor, block.offset, offset));
    }
  }
}

}  // namespace midge
