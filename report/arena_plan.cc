// See arena_plan.h.
#include "report/arena_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <tuple>

#include "midge/interpreter.h"
#include "runtime/lifetimes.h"

namespace midge {
namespace {

/// The planner's table as the interpreter makes it: tensors first, then one entry an operator for its scratch. `support` says of which
/// operators nothing is known.
Status fill_entries(const Model& model, const std::vector<OperatorSupport>& support, std::vector<PlanEntry>* entries, uint32_t* steps,
                    int* operator_index) {
  if (model.tensor_count() + model.operator_count() > PlanEntry::kMostEntries) return Code::kTooLarge;
  entries->resize(model.tensor_count() + model.operator_count());
  std::vector<uint8_t> known;
  for (const OperatorSupport& s : support) known.push_back(s.status.ok() ? 1 : 0);
  const Span<PlanEntry> span{entries->data(), static_cast<uint32_t>(entries->size())};
  MIDGE_TRY(find_lifetimes(model, nullptr, known.data(), span, steps, operator_index));
  for (uint32_t i = 0; i < support.size(); ++i) {
    if (support[i].scratch_bytes == 0) continue;
    PlanEntry& scratch = span[model.tensor_count() + i];
    scratch.bytes = align_up(support[i].scratch_bytes, kTensorAlignment);
  }
  return take_embedded_plan(model, span);
}

/// Bytes alive at each operator; computed from changes, so that it is linear in the number of entries.
std::vector<uint32_t> live_bytes(const Model& model, const std::vector<PlanEntry>& entries, uint32_t steps) {
  std::vector<int64_t> change(steps + 2);
  for (const PlanEntry& e : entries) {
    if (e.bytes == 0) continue;
    change[e.first] += e.bytes;
    change[e.last + 1u] -= e.bytes;
  }
  std::partial_sum(change.begin(), change.end(), change.begin());
  std::vector<uint32_t> out;
  for (uint32_t i = 0; i < model.operator_count(); ++i) {
    const uint16_t step = entries[model.tensor_count() + i].first;  // never: nobody calls its subgraph
    out.push_back(step == PlanEntry::kNever ? 0 : static_cast<uint32_t>(change[step]));
  }
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
    const bool copied = tensor.constant() && type_bytes(tensor.type) == 8 && (tensor.data - model.data()) % 8 != 0;
    if (copied || (tensor.is_variable && !tensor.constant())) total += align_up(tensor.bytes, kPersistentAlignment);
  }
  return total;
}

}  // namespace

ArenaPlan plan_arena(const Model& model, const std::vector<OperatorSupport>& support) {
  ArenaPlan plan;
  plan.complete = std::all_of(support.begin(), support.end(), [](const OperatorSupport& s) { return s.status.ok(); });
  std::vector<PlanEntry> entries;
  uint32_t steps = 0;
  plan.status = fill_entries(model, support, &entries, &steps, &plan.operator_index);
  if (!plan.status.ok()) return plan;

  const uint32_t tensors = model.tensor_count();
  plan.embedded = std::any_of(entries.begin(), entries.end(), [](const PlanEntry& e) { return e.offset != PlanEntry::kUnplaced; });
  plan.activation_bytes = plan_greedy_by_size(Span<PlanEntry>{entries.data(), static_cast<uint32_t>(entries.size())});
  if (plan.activation_bytes == kPlanTooLong) {
    plan.status = Code::kTooLarge;
    return plan;
  }
  plan.timeline = live_bytes(model, entries, steps);
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
