// See firmware_ops.h.
#include "cli/firmware_ops.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <vector>

#include "cli/errors.h"
#include "ops/spec.h"
#include "report/diagnostic.h"

namespace midge::cli {
namespace {

constexpr char kCustomPrefix[] = "CUSTOM ";

/// CONV_2D, conv_2d and Conv2D are one operator: the format has no two names that differ only by '_' and case.
std::string normal_form(const std::string& name) {
  if (name.compare(0, sizeof kCustomPrefix - 1, kCustomPrefix) == 0) return name;
  std::string out;
  for (const char c : name) {
    if (c != '_') out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return out;
}

const std::vector<std::string>& format_names() {
  static const std::vector<std::string> names = {
#define MIDGE_BUILTIN(name, code) #name,
#include "model/builtin_operators.def"
#undef MIDGE_BUILTIN
  };
  return names;
}

bool known(const std::string& key) {
  return std::any_of(format_names().begin(), format_names().end(), [&](const std::string& n) { return normal_form(n) == key; });
}

std::string without_comment(const std::string& line) { return line.substr(0, std::min(line.find('#'), line.find("//"))); }

[[noreturn]] void refuse(const std::string& file, size_t line, const std::string& message, const std::string& hint) {
  Diagnostic d;
  d.id = "ops-list", d.file = line == 0 ? file : fmt::format("{}:{}", file, line), d.message = message, d.hint = hint;
  throw DiagnosticError(d, kExitMisuse);
}

constexpr char kBuiltinPrefix[] = "BuiltinOperator_";

/// The identifier that begins at `at`; "" if none does.
std::string word_at(const std::string& line, size_t at) {
  size_t end = at;
  while (end < line.size() && (std::isalnum(static_cast<unsigned char>(line[end])) != 0 || line[end] == '_')) ++end;
  return line.substr(at, end - at);
}

/// True if an argument list, perhaps after template arguments, follows.
bool is_call(const std::string& line, size_t at) {
  const size_t next = line.find_first_not_of(" \t", at);
  return next != std::string::npos && (line[next] == '(' || line[next] == '<');
}

/// The first string literal from `at` on; "" if there is none.
std::string quoted_after(const std::string& line, size_t at) {
  const size_t from = line.find('"', at);
  const size_t to = from == std::string::npos ? from : line.find('"', from + 1);
  return to == std::string::npos ? "" : line.substr(from + 1, to - from - 1);
}

}  // namespace

void FirmwareOps::add(const std::string& key, int version) {
  const auto [it, added] = newest_.emplace(key, version);
  if (added) return;
  it->second = it->second == kAnyVersion || version == kAnyVersion ? kAnyVersion : std::max(it->second, version);
}

// What TFLM's MicroMutableOpResolver and midge's Resolver are told. A line may hold several calls.
bool FirmwareOps::parse_source(const std::string& line) {
  constexpr size_t kAdd = sizeof "Add" - 1, kBuiltin = sizeof kBuiltinPrefix - 1;
  bool source = false;
  for (size_t at = 0; at < line.size();) {
    const std::string word = word_at(line, at);
    const size_t after = at + word.size();
    if (word.empty()) {
      ++at;
      continue;
    }
    if (word.compare(0, kAdd, "Add") == 0 && word.size() > kAdd && std::isupper(static_cast<unsigned char>(word[kAdd])) != 0 &&
        is_call(line, after)) {
      // TFLM's names of custom operators that have calls of their own are not in the format: they are kept, and match nothing.
      source = true;
      const std::string name = word.substr(kAdd);
      if (name == "Custom") add(kCustomPrefix + quoted_after(line, after), kAnyVersion);
      if (name != "Custom" && name != "Builtin") add(normal_form(name), kAnyVersion);
    } else if (word.compare(0, kBuiltin, kBuiltinPrefix) == 0) {
      source = true;
      add(normal_form(word.substr(kBuiltin)), kAnyVersion);
    } else if (at >= 5 && line.compare(at - 5, 5, "ops::") == 0) {
      for (const OpEntry& e : op_entries()) {
        // A kind of a registration is one word more: conv_2d_s8.
        const auto is_kind = [&](const OpKind& k) { return word == fmt::format("{}_{}", e.name, k.suffix); };
        if (word != e.name && std::none_of(e.kinds.begin(), e.kinds.end(), is_kind)) continue;
        source = true;
        add(normal_form(e.builtin), e.newest_version);
      }
    }
    at = after;
  }
  return source;
}

FirmwareOps FirmwareOps::parse(const std::string& text, const std::string& file) {
  constexpr size_t kLongestNumber = 6;
  FirmwareOps out;
  struct Line {
    size_t number;
    std::string text;
  };
  std::vector<Line> lists, others;
  bool source = false;
  std::istringstream in(text);
  std::string raw;
  for (size_t number = 1; std::getline(in, raw); ++number) {
    const std::string line = without_comment(raw);
    if (line.find('\0') != std::string::npos) refuse(file, number, "this is not a list of operators", "see 'midge check --help'");
    if (out.parse_source(line)) {
      source = true;
      continue;
    }
    std::istringstream split(line);
    std::vector<std::string> words;
    for (std::string word; split >> word;) words.push_back(word);
    if (words.empty()) continue;
    const bool name = word_at(words[0], 0).size() == words[0].size();
    const bool version = words.size() == 2 && words[1].size() <= kLongestNumber && words[1].find_first_not_of("0123456789") == std::string::npos;
    const std::string key = normal_form(words[0]);
    if (words.size() == 2 && words[0] == "CUSTOM") {
      out.add(kCustomPrefix + words[1], kAnyVersion);
    } else if (name && known(key) && (words.size() == 1 || version)) {
      out.add(key, version ? std::stoi(words[1]) : kAnyVersion);
    } else if (name && (version || (words.size() == 1 && words[0].find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos))) {
      lists.push_back({number, words[0]});
    } else {
      others.push_back({number, line});
    }
  }
  if (!source && !lists.empty()) {
    const std::string near = nearest(lists[0].text, format_names());
    refuse(file, lists[0].number, fmt::format("'{}' is not an operator of the format", lists[0].text),
           near.empty() ? "write its name as in CONV_2D" : fmt::format("did you mean {}?", near));
  }
  if (!source && !others.empty()) {
    refuse(file, others[0].number, fmt::format("cannot understand '{}'", others[0].text),
           "write a name and a version, as in CONV_2D 3, or resolver.AddConv2D();");
  }
  if (out.size() == 0) refuse(file, 0, "the list names no operator", "write one a line, as in CONV_2D 3");
  return out;
}

std::optional<int> FirmwareOps::version_of(const std::string& name) const {
  const auto found = newest_.find(normal_form(name));
  return found == newest_.end() ? std::nullopt : std::optional(found->second);
}

std::string camel_case(const std::string& name) {
  std::string out;
  bool start = true;
  for (const char c : name) {
    if (c == '_') {
      start = true;
    } else {
      out += start ? c : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      // "2D" stays as it is; what follows any other digit is lower case.
      start = start && std::isdigit(static_cast<unsigned char>(c)) != 0;
    }
  }
  return out;
}

}  // namespace midge::cli
