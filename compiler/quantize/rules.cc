#include "compiler/quantize/rules.h"

namespace midge {
namespace {

using enum OutputScale;
constexpr uint32_t kAll = QuantizationRule::kAll, kS8 = QuantizationRule::kS8, kS16 = QuantizationRule::kS16, kW4 = QuantizationRule::kW4;

constexpr QuantizationRule kRules[] = {
#define MIDGE_RULE(op, activations, weights, axis, bias, output, types) {Builtin::op, activations, weights, axis, bias, output, types},
#include "compiler/quantize/rules.def"
#undef MIDGE_RULE
};

}  // namespace

std::span<const QuantizationRule> all_rules() { return kRules; }

const QuantizationRule* find_rule(Builtin code) {
  for (const QuantizationRule& rule : kRules) {
    if (rule.code == code) return &rule;
  }
  return nullptr;
}

ir::Quantization fixed_quantization(OutputScale output, Type type) {
  if (type == Type::kInt16) return {{1.0f / 32768}, {0}, 0};
  switch (output) {
    case kProbability: return {{1.0f / 256}, {-128}, 0};
    case kUnit: return {{1.0f / 128}, {0}, 0};
    case kLogProbability: return {{16.0f / 256}, {127}, 0};
    default: return {};
  }
}

}  // namespace midge
