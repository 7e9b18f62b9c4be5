// See midge/resolver.h.
#include "midge/resolver.h"

namespace midge {

Code OpList::find(const Model& model, const Operator& op, FoundKernels* found) const {
  *found = FoundKernels();
  for (uint32_t i = 0; i < count_; ++i) {
    const OpRegistration& entry = *entries_[i];
    if (!entry.is_for(op)) continue;
    if (found->registration == nullptr || entry.newest_version > found->registration->newest_version) found->registration = &entry;
    if (op.version > entry.newest_version) continue;
    found->variant = find_variant(entry, model, op);
    if (found->variant == nullptr) continue;
    found->registration = &entry;
    return Code::kOk;
  }
  if (found->registration == nullptr) return Code::kUnknownOperator;
  return op.version > found->registration->newest_version ? Code::kUnsupportedVersion : Code::kUnsupportedType;
}

}  // namespace midge
