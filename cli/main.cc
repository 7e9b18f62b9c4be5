// `midge`: parses the command line, runs one verb, turns what it throws into a line and an exit code.
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

#include "cli/errors.h"
#include "cli/output_file.h"
#include "cli/verbs.h"

namespace midge::cli {
namespace {

/// True if the words ask for --json. Looked for by hand: a command line that cannot be parsed also gets its error as JSON.
bool asks_for_json(int argc, char** argv) {
  for (int i = 1; i < argc && std::strcmp(argv[i], "--") != 0; ++i) {
    if (std::strcmp(argv[i], "--json") == 0) return true;
  }
  return false;
}

void set_up(CLI::App& app, Context& context) {
  app.name("midge");
  app.description("Takes .tflite models to microcontrollers, and verifies them before a board exists.");
  app.set_version_flag("--version", "midge " MIDGE_VERSION, "Print the version");
  app.set_help_flag("-h,--help", "Print this help");
  app.footer("Examples:\n  midge inspect examples/digits/digits.tflite\n  midge check --help");
  app.get_formatter()->label("SUBCOMMAND", "VERB");
  app.get_formatter()->label("REQUIRED", "");
  app.get_formatter()->column_width(32);
#define MIDGE_VERB(name) add_##name(app, context);
#include "cli/verbs.def"
#undef MIDGE_VERB
}

int run(int argc, char** argv, Context& context) {
  CLI::App app;
  set_up(app, context);
  if (argc < 2) {
    std::fputs(app.help().c_str(), stderr);
    return kExitMisuse;
  }
  const auto is_verb = [&](const CLI::App* verb) { return verb->get_name() == argv[1]; };
  if (argv[1][0] != '-' && app.get_subcommands(is_verb).empty()) return report_error(unknown_verb(argv[1], app), kExitMisuse, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);  // help or version, on stdout
  } catch (const CLI::ParseError& e) {
    context.json = asks_for_json(argc, argv);
    return report_error(describe_misuse(e, app), kExitMisuse, context);
  }
  if (!context.action) {
    std::fputs(app.help().c_str(), stderr);
    return kExitMisuse;
  }
  return context.action(context);
}

int run_catching(int argc, char** argv) {
  Context context;
  context.json = asks_for_json(argc, argv);
  Diagnostic d;
  try {
    return run(argc, argv, context);
  } catch (const DiagnosticError& e) {
    return report_error(e.diagnostic, e.exit_code, context);
  } catch (const std::bad_alloc&) {
    d.id = "out-of-memory", d.message = "there is not enough memory for this";
  } catch (const std::exception& e) {
    d.id = "bug", d.message = std::string("this is a bug in midge: ") + e.what(), d.hint = "please report it with the command and the file";
  } catch (...) {
    d.id = "bug", d.message = "this is a bug in midge: an unknown exception", d.hint = "please report it with the command and the file";
  }
  return report_error(d, kExitMisuse, context);
}

}  // namespace
}  // namespace midge::cli

int main(int argc, char** argv) {
  midge::cli::install_signal_handlers();
  return midge::cli::run_catching(argc, argv);
}
