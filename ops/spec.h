// OpSpec: what the host knows of an operator beyond its kernels: cost, and the sentences for docs/ops.md.
//
// One per operator: ops/<name>/spec.cc defines `OpSpec spec_<name>()`. Never compiled for a device.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "ops/context.h"

namespace midge {

/// An operator of a model with its tensors decoded, as cost functions want it.
struct OpInstance {
  std::vector<Tensor> inputs;  ///< absent optional inputs have type kNone
  std::vector<Tensor> outputs;
  Table options;
};

struct OpSpec {
  const char* equation = "";  ///< one line
  const char* types = "";     ///< as "int8; float32"
  std::vector<const char*> constraints;  ///< one sentence each
  const char* contracts = "";            ///< where the litert and tflm contracts differ, a sentence; "": nowhere
  /// Multiply-accumulates of one inference.
  uint64_t (*macs)(const OpInstance&) = [](const OpInstance&) -> uint64_t { return 0; };
};

#define MIDGE_OP(name, builtin, version) OpSpec spec_##name();
#include "ops/ops.def"

/// A registration of one kind: ops::conv_2d_s8 has the suffix "s8".
struct OpKind {
  const char* suffix;
  const OpRegistration* registration;
};

/// A line of ops.def with its spec.
struct OpEntry {
  const char* name;     ///< folder, as "conv_2d"
  const char* builtin;  ///< the format's name, as "CONV_2D"; of a custom operator its name in the file
  int32_t code;
  int32_t newest_version;
  const char* custom_name;  ///< of a CUSTOM operator; else null
  const OpRegistration* registration;  ///< of every type
  std::vector<OpKind> kinds;           ///< those that have kernels, the narrowest first
  OpSpec spec;
};

/// Every operator, in the order of ops.def.
const std::vector<OpEntry>& op_entries();
/// The entry of an operator of a model, or null.
const OpEntry* find_op(const Operator& op);

/// Multiply-accumulates of an operator; 0 for one that is not known. Only for one that prepare() has accepted: cost functions rely
/// on what it checks.
uint64_t macs_of(const Model& model, const Operator& op);

}  // namespace midge
