// See errors.h.
#include "cli/errors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

namespace midge::cli {
namespace {

size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

std::vector<std::string> verb_names(const CLI::App& app) {
  std::vector<std::string> out;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) out.push_back(verb->get_name());
  return out;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> out;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) out.push_back("--" + name);
  }
  return out;
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
  std::string best;
  size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const std::string& c : candidates) {
    const bool prefix = word.size() >= 2 && c.compare(0, word.size(), word) == 0;
    const size_t distance = prefix ? 1 : edit_distance(word, c);
    if (distance < best_distance && distance < c.size()) best = c, best_distance = distance;
  }
  return best;
}

Diagnostic unknown_verb(const std::string& word, const CLI::App& app) {
  const std::vector<std::string> verbs = verb_names(app);
  Diagnostic d;
  d.id = "unknown-verb";
  d.message = fmt::format("there is no verb '{}'", word);
  const std::string near = nearest(word, verbs);
  d.hint = word == "help"  ? "use 'midge --help' or 'midge VERB --help'"
           : !near.empty() ? fmt::format("did you mean '{}'?", near)
                           : fmt::format("the verbs are {}", fmt::join(verbs, ", "));
  return d;
}

Diagnostic describe_misuse(const CLI::ParseError& error, const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  const CLI::App& verb = parsed.empty() ? app : *parsed.front();
  const std::string command = parsed.empty() ? "midge" : "midge " + verb.get_name();
  Diagnostic d;
  d.id = "usage";
  d.message = error.what();
  d.hint = fmt::format("see '{} --help'", command);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const std::vector<std::string> extras = app.remaining(true);
    if (!extras.empty()) {
      const std::string& extra = extras.front();
      const bool option = extra.size() > 1 && extra[0] == '-';
      d.message = fmt::format("'{}' {} '{}'", command, option ? "has no option" : "takes no further argument", extra);
      const std::string near = option ? nearest(extra.substr(0, extra.find('=')), option_names(verb)) : "";
      if (!near.empty()) d.hint = fmt::format("did you mean '{}'?", near);
    }
  }
  return d;
}

int report_error(const Diagnostic& diagnostic, int exit_code, const Context& context) {
  std::fputs((context.err.style(Style::kRed, "midge:") + " ").c_str(), stderr);
  message(diagnostic.line());
  if (context.json) {
    const std::string text = dump(Json{{"error", to_json(diagnostic)}}) + "\n";
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }
  return exit_code;
}

}  // namespace midge::cli
