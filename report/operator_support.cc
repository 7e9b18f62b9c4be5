// See operator_support.h.
#include "report/operator_support.h"

#include <fmt/format.h>

#include <cstdint>
#include <vector>

#include "midge/interpreter.h"

namespace midge {
namespace {

/// What a PrepareBackend takes memory from. Zeroed, 8-byte aligned.
struct Allocations {
  std::vector<std::vector<uint64_t>> blocks;
  uint32_t bytes = 0;

  static void* allocate(void* self, uint32_t bytes) {
    auto& all = *static_cast<Allocations*>(self);
    all.blocks.emplace_back(bytes / sizeof(uint64_t) + 1);
    all.bytes += align_up(bytes, kPersistentAlignment);
    return all.blocks.back().data();
  }
};

/// "int8, int32": of the first `most` tensors of the list, those that are there.
std::string types_of(const Model& model, const Indices& list, uint32_t most) {
  std::string out;
  for (uint32_t k = 0; k < min(list.count, most); ++k) {
    if (list[k] < 0) continue;
    if (!out.empty()) out += ", ";
    out += type_name(model.tensor(static_cast<uint32_t>(list[k])).type);
  }
  return out.empty() ? "nothing" : out;
}

}  // namespace

OperatorSupport operator_support(const Model& model, uint32_t i, Contract contract) {
  OperatorSupport out;
  const OpList ops = all_ops();
  const Operator op = model.op(i);
  const auto refuse = [&](Status status, std::string reason) {
    out.status = status;
    out.reason = std::move(reason);
    return out;
  };
  FoundKernels found;
  const Code code = ops.find(model, op, &found);
  if (code == Code::kUnknownOperator) return refuse(Status(code, Place::kOperator, i), "no kernel");
  if (code == Code::kUnsupportedVersion) {
    return refuse(Status(code, Place::kOperator, i), fmt::format("version {} (kernel: {})", op.version, found.registration->newest_version));
  }
  if (code != Code::kOk) {
    return refuse(Status(code, Place::kOperator, i),
                  fmt::format("no kernel for {} -> {}", types_of(model, op.inputs, 2), types_of(model, op.outputs, 1)));
  }
  Allocations memory;
  PrepareBackend backend;
  backend.model = &model;
  backend.contract = contract;
  backend.allocate = Allocations::allocate;
  backend.self = &memory;
  PrepareContext context(backend, op, *found.registration);
  const Status status = found.variant->prepare(context);
  if (!status.ok()) return refuse(status, status_message(status.code()));
  out.scratch_bytes = context.scratch_bytes();
  out.persistent_bytes = memory.bytes;
  return out;
}

}  // namespace midge
