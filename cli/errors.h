// Ends the program after an error: one line on stderr, an object on stdout with --json, the exit code.
#pragma once
#include <string>
#include <vector>

#include "cli/verbs.h"

namespace midge::cli {

/// Prints a diagnostic; returns the exit code.
int report_error(const Diagnostic& diagnostic, int exit_code, const Context& context);

/// What the parser found wrong with the command line. `app` has seen as much of it as was right.
Diagnostic describe_misuse(const CLI::ParseError& error, const CLI::App& app);

/// The diagnostic of a first word that is no verb.
Diagnostic unknown_verb(const std::string& word, const CLI::App& app);

/// The candidate that `word` is most likely a slip of the keyboard for; "" if none is near.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace midge::cli
