// What verbs print with; see verbs.h.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/verbs.h"

namespace midge::cli {

void finish_verb(CLI::App* verb, Context& context, std::initializer_list<const char*> examples, std::function<int(Context&)> action) {
  verb->add_flag("--json", context.json, "One JSON object on stdout; messages on stderr");
  std::string footer = "Examples:";
  for (const char* e : examples) footer += std::string("\n  ") + e;
  footer += "\n\nExit codes: 0 ok; 1 the model or the verification failed; 2 misuse, or a bug in midge.";
  verb->footer(footer);
  verb->group("Verbs");
  verb->callback([&context, action = std::move(action)] { context.action = action; });
}

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return;
  Diagnostic d;
  d.id = "stdout", d.message = std::string("cannot write to standard output: ") + std::strerror(errno);
  throw DiagnosticError(d, kExitMisuse);
}

void print_json(const Json& json) { print(dump(json) + "\n"); }

void message(const std::string& line) { std::fputs((printable(line) + "\n").c_str(), stderr); }

}  // namespace midge::cli
