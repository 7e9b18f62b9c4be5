// Resolver: the operators that a firmware links. Only what is added here, and what that refers to, ends up in flash.
//
//   midge::Resolver<6> resolver;
//   resolver.add(midge::ops::conv_2d_s8);      // int8 kernels only
//   resolver.add(midge::ops::softmax);         // every type
#pragma once
#include "ops/registry.h"

namespace midge {

/// What the interpreter sees of a resolver: a list of registrations.
class OpList {
 public:
  OpList(const OpRegistration* const* entries, uint32_t count) : entries_(entries), count_(count) {}

  /// The registration for a builtin operator, or null.
  const OpRegistration* find(int32_t builtin) const {
    for (uint32_t i = 0; i < count_; ++i) {
      if (entries_[i]->builtin == builtin) return entries_[i];
    }
    return nullptr;
  }

 private:
  const OpRegistration* const* entries_;
  uint32_t count_;
};

template <int N>
class Resolver {
 public:
  /// kResolverFull if there are N already. Adding an operator again replaces it.
  Status add(const OpRegistration& op) {
    for (int i = 0; i < count_; ++i) {
      if (entries_[i]->builtin == op.builtin) {
        entries_[i] = &op;
        return Code::kOk;
      }
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
