// The options of the format's operators as data: names, field ids, kinds and defaults, from options.def.
#pragma once
#include <span>

#include "compiler/ir/graph.h"

namespace midge::ir {

enum class OptionKind : uint8_t { kInt, kInt64, kBool, kFloat, kByte, kPadding, kActivation, kType, kInts, kFloats, kText };

struct OptionInfo {
  const char* name;
  uint16_t field;  ///< its id in the options' table
  OptionKind kind;
  double fallback;
};

struct OptionsInfo {
  const char* name = nullptr;  ///< "Conv2D"; null: the operator has no options
  uint8_t number = 0;          ///< in the union of the operator's table
  std::span<const OptionInfo> fields;
};

/// Of a builtin operator.
const OptionsInfo& options_of(Builtin code);
/// Null if the operator has no such option.
const OptionInfo* find_option(Builtin code, const std::string& name);

/// "SAME", "RELU6"; the enumerations' names in the format.
const char* padding_name(Padding p);
const char* activation_name(Activation a);

/// The operator with this name, as "CONV_2D". False if there is none.
bool builtin_of(const std::string& name, Builtin* code);

}  // namespace midge::ir
