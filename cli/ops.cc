// midge ops: the operators that midge has kernels for; with --markdown, what docs/ops.md holds.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/common.h"
#include "ops/spec.h"

namespace midge::cli {
namespace {

struct Options {
  bool markdown = false;
};

std::string markdown() {
  std::string text =
      "# Operators\n\n"
      "What midge has kernels for, written by `midge ops --markdown` from `ops/ops.def` and each operator's `spec.cc`. A model\n"
      "may use any version of an operator up to the newest that is listed. `midge check MODEL --target NAME` compares a model.\n\n"
      "| Operator | Newest version | Types |\n|---|---|---|\n";
  for (const OpEntry& e : op_entries()) text += fmt::format("| [{}](#{}) | {} | {} |\n", e.builtin, e.name, e.newest_version, e.spec.types);
  for (const OpEntry& e : op_entries()) {
    text += fmt::format("\n## {}\n\n", e.name);
    if (*e.spec.equation != '\0') text += fmt::format("`{}`\n\n", e.spec.equation);
    text += fmt::format("- Format's name and newest version: {} {}\n- Types: {}\n", e.builtin, e.newest_version, e.spec.types);
    for (const char* constraint : e.spec.constraints) text += fmt::format("- {}\n", constraint);
    if (*e.spec.contracts != '\0') text += fmt::format("- Contracts: {}\n", e.spec.contracts);
  }
  return text;
}

std::string plain(const Terminal& out) {
  std::string text;
  for (const OpEntry& e : op_entries()) {
    text += fmt::format("{}  up to version {}  {}\n", out.style(Style::kBold, e.builtin), e.newest_version, e.spec.types);
    if (*e.spec.equation != '\0') text += "  " + out.style(Style::kDim, e.spec.equation) + "\n";
    for (const char* constraint : e.spec.constraints) text += fmt::format("  - {}\n", constraint);
  }
  return text;
}

Json json() {
  Json list = Json::array();
  for (const OpEntry& e : op_entries()) {
    Json kinds = Json::array();
    for (const OpKind& k : e.kinds) kinds.push_back(k.suffix);
    list.push_back({{"name", e.builtin},
                    {"folder", e.name},
                    {"code", e.code},
                    {"newest_version", e.newest_version},
                    {"types", e.spec.types},
                    {"kinds", std::move(kinds)},
                    {"equation", e.spec.equation},
                    {"constraints", e.spec.constraints},
                    {"contracts", e.spec.contracts}});
  }
  return Json{{"operators", std::move(list)}};
}

}  // namespace

void add_ops(CLI::App& app, Context& context) {
  CLI::App* verb = app.add_subcommand("ops", "List the operators that midge has kernels for");
  const auto options = std::make_shared<Options>();
  verb->add_flag("--markdown", options->markdown, "As Markdown: what docs/ops.md holds");
  finish_verb(verb, context, {"midge ops", "midge ops --markdown > docs/ops.md"}, [options](Context& c) {
    if (c.json) {
      print_json(json());
    } else {
      print(options->markdown ? markdown() : plain(c.out));
    }
    return static_cast<int>(kExitOk);
  });
}

}  // namespace midge::cli
