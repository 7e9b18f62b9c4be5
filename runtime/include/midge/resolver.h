// Resolver: the operators that a firmware links. Only what is added here, and what that refers to, ends up in flash.
//
//   midge::Resolver<6> resolver;
//   resolver.add(midge::ops::conv_2d_s8);      // int8 kernels only; see ops/registry.h for the other kinds
//   resolver.add(midge::ops::softmax);         // every type
#pragma once
#include "ops/registry.h"

namespace midge {

/// Where an operator's kernels were found. Without kernels for its types, registration is that of the newest version.
struct FoundKernels {
  const OpRegistration* registration = nullptr;
  const Variant* variant = nullptr;
};

/// What the interpreter sees of a resolver: a list of registrations.
class OpList {
 public:
  OpList(const OpRegistration* const* entries, uint32_t count) : entries_(entries), count_(count) {}

  /// Kernels for an operator of the model. kUnknownOperator, kUnsupportedVersion or kUnsupportedType where there are none.
  Code find(const Model& model, const Operator& op, FoundKernels* found) const;

 private:
  const OpRegistration* const* entries_;
  uint32_t count_;
};

template <int N>
class Resolver {
 public:
  /// kResolverFull if there are N already. Registrations of one operator add up; the same one again takes no room.
  Status add(const OpRegistration& op) {
    for (int i = 0; i < count_; ++i) {
      if (entries_[i] == &op) return Code::kOk;
    }
    if (count_ == N) return Code::kResolverFull;
    entries_[count_++] = &op;
    return Code::kOk;
  }
  OpList list() const { return OpList(entries_, static_cast<uint32_t>(count_)); }

 private:
  const OpRegistration* entries_[N] = {};
  int count_ = 0;
};

/// Every operator of ops.def, every type. For hosts and for firmware that is told its model later.
OpList all_ops();

}  // namespace midge
