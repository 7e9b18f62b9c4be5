#include "compiler/ir/options.h"

#include <array>
#include <unordered_map>

namespace midge::ir {
namespace {

// Every table's fields in one row, and where each table starts in it.
constexpr OptionInfo kFields[] = {
#define MIDGE_OPTIONS(table, number)
#define MIDGE_OPTION(name, field, kind, fallback) {#name, field, OptionKind::k##kind, fallback},
#define MIDGE_OPTIONS_END
#define MIDGE_OPTIONS_OF(code, table)
#include "compiler/ir/options.def"
};

enum class TableId : uint8_t {
#define MIDGE_OPTIONS(table, number) k##table,
#define MIDGE_OPTION(name, field, kind, fallback)
#define MIDGE_OPTIONS_END
#define MIDGE_OPTIONS_OF(code, table)
#include "compiler/ir/options.def"
};

constexpr size_t kFieldCounts[] = {
#define MIDGE_OPTIONS(table, number) 0
#define MIDGE_OPTION(name, field, kind, fallback) +1
#define MIDGE_OPTIONS_END ,
#define MIDGE_OPTIONS_OF(code, table)
#include "compiler/ir/options.def"
};

struct NameAndNumber {
  const char* name;
  uint8_t number;
};
constexpr NameAndNumber kTables[] = {
#define MIDGE_OPTIONS(table, number) {#table, number},
#define MIDGE_OPTION(name, field, kind, fallback)
#define MIDGE_OPTIONS_END
#define MIDGE_OPTIONS_OF(code, table)
#include "compiler/ir/options.def"
};

std::unordered_map<int32_t, OptionsInfo> make_options() {
  std::vector<OptionsInfo> tables;
  size_t first = 0;
  for (size_t i = 0; i < std::size(kTables); ++i) {
    tables.push_back({kTables[i].name, kTables[i].number, std::span(kFields).subspan(first, kFieldCounts[i])});
    first += kFieldCounts[i];
  }
  return {
#define MIDGE_OPTIONS(table, number)
#define MIDGE_OPTION(name, field, kind, fallback)
#define MIDGE_OPTIONS_END
#define MIDGE_OPTIONS_OF(code, table) {static_cast<int32_t>(Builtin::code), tables[static_cast<size_t>(TableId::k##table)]},
#include "compiler/ir/options.def"
  };
}

}  // namespace

const OptionsInfo& options_of(Builtin code) {
  static const std::unordered_map<int32_t, OptionsInfo> all = make_options();
  static const OptionsInfo none;
  const auto found = all.find(static_cast<int32_t>(code));
  return found == all.end() ? none : found->second;
}

const OptionInfo* find_option(Builtin code, const std::string& name) {
  for (const OptionInfo& f : options_of(code).fields) {
    if (name == f.name) return &f;
  }
  return nullptr;
}

const char* padding_name(Padding p) { return p == Padding::kSame ? "SAME" : "VALID"; }

const char* activation_name(Activation a) {
  constexpr const char* kNames[] = {"NONE", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT"};
  const size_t i = static_cast<size_t>(a);
  return i < std::size(kNames) ? kNames[i] : "?";
}

bool builtin_of(const std::string& name, Builtin* code) {
  static const std::unordered_map<std::string, Builtin> all = {
#define MIDGE_BUILTIN(name, code) {#name, Builtin::name},
#include "model/builtin_operators.def"
#undef MIDGE_BUILTIN
  };
  const auto found = all.find(name);
  if (found == all.end()) return false;
  *code = found->second;
  return true;
}

}  // namespace midge::ir
