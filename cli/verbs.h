// What a verb is: a file that adds a subcommand to the parser. To add one: cli/<name>.cc with add_<name>(), and a line in
// verbs.def.
//
//   void add_inspect(CLI::App& app, Context& context) {
//     CLI::App* verb = app.add_subcommand("inspect", "One line for the list of verbs");
//     auto options = std::make_shared<Options>();      // lives as long as the parser
//     verb->add_option("MODEL", options->model, "The .tflite file")->required();
//     finish_verb(verb, context, {"midge inspect kws.tflite"}, [options](Context& c) { return inspect(*options, c); });
//   }
#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <initializer_list>
#include <string>

#include "report/diagnostic_json.h"
#include "report/terminal.h"

namespace midge::cli {

enum ExitCode : int { kExitOk = 0, kExitFailed = 1, kExitMisuse = 2, kExitInterrupted = 130 };

/// What a verb is given, and where main() finds what is to be done.
struct Context {
  bool json = false;  ///< one JSON object on stdout, messages on stderr
  Terminal out = Terminal::of(1);
  Terminal err = Terminal::of(2);
  std::function<int(Context&)> action;  ///< of the verb on the command line; gives the exit code
};

#define MIDGE_VERB(name) void add_##name(CLI::App& app, Context& context);
#include "cli/verbs.def"
#undef MIDGE_VERB

/// Adds what every verb has: --json, the examples at the end of its help, its action. Throw DiagnosticError where it fails.
void finish_verb(CLI::App* verb, Context& context, std::initializer_list<const char*> examples, std::function<int(Context&)> action);

/// The result: to stdout, unchanged. DiagnosticError (exit 2) where it cannot be written.
void print(const std::string& text);
/// The one object of --json.
void print_json(const Json& json);
/// A message for the reader: a line on stderr, made printable.
void message(const std::string& line);

}  // namespace midge::cli
