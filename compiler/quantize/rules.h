// What the integer kernels ask of the scales of an operator's inputs and outputs. The rules are in rules.def.
#pragma once
#include <cstdint>
#include <span>

#include "compiler/ir/graph.h"

namespace midge {

enum class OutputScale : uint8_t { kFree, kSame, kProbability, kUnit, kLogProbability, kNone };

struct QuantizationRule {
  static constexpr uint32_t kAll = ~0u;
  enum : uint32_t { kS8 = 1, kS16 = 2, kW4 = 4 };

  Builtin code;
  uint32_t activations;
  int32_t weights, axis, bias;
  OutputScale output;
  uint32_t types;

  bool is_activation(size_t input) const { return activations == kAll || (input < 32 && (activations >> input & 1) != 0); }
  bool fixed() const {
    return output == OutputScale::kProbability || output == OutputScale::kUnit || output == OutputScale::kLogProbability;
  }
};

/// Null where the operator has no rule: it stays float.
const QuantizationRule* find_rule(Builtin code);
std::span<const QuantizationRule> all_rules();

/// The scale and zero point that a fixed output has, as int8 or int16.
ir::Quantization fixed_quantization(OutputScale output, Type type);

}  // namespace midge
