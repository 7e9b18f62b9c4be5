// An evaluation for a terminal.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "compiler/measure/evaluate.h"

namespace midge {
namespace {

constexpr size_t kMostClassesShown = 20;
constexpr size_t kMostAdvice = 6;
constexpr int kBarWidth = 16;
constexpr double kFullBarDb = 60;

std::string percent(double share) { return fmt::format("{:.2f}%", 100 * share); }

std::string decibels(double db) { return std::isinf(db) ? (db > 0 ? "exact" : "none") : fmt::format("{:.1f}", db); }

std::string heading(const Terminal& out, const std::string& text) { return "\n" + out.style(Style::kBold, text) + "\n"; }

void add_accuracy(TextTable& table, const std::string& name, const Classification& c) {
  table.add({name, fmt::format("{} of {}", c.correct, c.samples), percent(c.accuracy()), c.classes > 5 ? percent(c.top5()) : ""});
}

std::string confusion_text(const Classification& c, const Terminal& terminal) {
  std::vector<Column> columns = {{"label", true}};
  for (size_t i = 0; i < c.classes; ++i) columns.push_back({std::to_string(i), true});
  columns.push_back({"right", true});
  TextTable table(columns);
  for (size_t i = 0; i < c.classes; ++i) {
    std::vector<TextTable::Cell> row = {std::to_string(i)};
    uint64_t all = 0;
    for (size_t k = 0; k < c.classes; ++k) {
      const uint64_t n = c.confusion[i * c.classes + k];
      all += n;
      row.emplace_back(n == 0 ? "." : std::to_string(n), n == 0 ? Style::kDim : i == k ? Style::kGreen : Style::kRed);
    }
    row.emplace_back(all == 0 ? "-" : percent(static_cast<double>(c.confusion[i * c.classes + i]) / static_cast<double>(all)));
    table.add(std::move(row));
  }
  return table.render(terminal);
}

/// Of many classes: the pairs that are mistaken most often.
std::string mistakes_text(const Classification& c) {
  struct Mistake {
    size_t label, predicted;
    uint64_t times;
  };
  std::vector<Mistake> list;
  for (size_t i = 0; i < c.confusion.size(); ++i) {
    if (i / c.classes != i % c.classes && c.confusion[i] != 0) list.push_back({i / c.classes, i % c.classes, c.confusion[i]});
  }
  const auto order = [](const Mistake& m) { return std::tuple(UINT64_MAX - m.times, m.label, m.predicted); };
  std::sort(list.begin(), list.end(), [&](const Mistake& a, const Mistake& b) { return order(a) < order(b); });
  std::string text;
  for (size_t i = 0; i < std::min<size_t>(list.size(), 10); ++i)
    text += fmt::format("  {} taken for {}: {} times\n", list[i].label, list[i].predicted, list[i].times);
  return text.empty() ? "  no mistakes\n" : text;
}

std::string matrix_text(const Classification& c, const Terminal& terminal, const std::string& title) {
  if (c.confusion.empty()) return "";
  const bool small = c.classes <= kMostClassesShown;
  return heading(terminal, fmt::format("{} of {}", small ? "Confusion: labels down, predictions across," : "Most frequent mistakes", title)) +
         (small ? confusion_text(c, terminal) : mistakes_text(c));
}

std::string outputs_text(const Evaluation& e, const Terminal& terminal) {
  TextTable table({{"output", false, 12}, {"SQNR dB", true}, {"cosine", true}, {"largest error", true}, {"mean error", true}});
  for (const OutputError& o : e.outputs) {
    table.add({o.name, decibels(o.stats.sqnr_db()), fmt::format("{:.6f}", o.stats.cosine()), fmt::format("{:.4g}", o.stats.max_abs_error),
               fmt::format("{:.3g}", o.stats.mean_error())});
  }
  return heading(terminal, "Outputs against the float model") + table.render(terminal);
}

std::string layers_text(const Evaluation& e, const Terminal& terminal, size_t most) {
  TextTable table({{"SQNR dB", true},
                   {""},
                   {"own", true},
                   {"inputs", true},
                   {"cosine", true},
                   {"largest error", true},
                   {"clipped", true},
                   {"operator", false, 10},
                   {"tensor", false, 12, 40}});
  size_t compared = 0, shown = 0;
  for (const LayerError& l : e.layers) {
    if (!l.stats.has_reference) continue;
    ++compared;
    if (shown == most) continue;
    ++shown;
    const double db = l.stats.sqnr_db();
    table.add({{decibels(db), db < 15   ? Style::kRed
                              : db < 25 ? Style::kYellow
                                        : Style::kPlain},
               bar(std::clamp(db, 0.0, kFullBarDb), kFullBarDb, kBarWidth, terminal.unicode),
               decibels(l.own_sqnr_db),
               std::isinf(l.inputs_sqnr_db) ? "-" : decibels(l.inputs_sqnr_db),
               fmt::format("{:.5f}", l.stats.cosine()),
               l.stats.scaled_channels ? "scaled" : fmt::format("{:.4g}", l.stats.max_abs_error),
               l.stats.clipped_share() == 0 ? "-" : percent(l.stats.clipped_share()),
               l.op,
               l.name});
  }
  if (compared == 0) return "";
  std::string text =
      heading(terminal, fmt::format("Tensors against the float model, worst first ({} of {})", shown, compared)) + table.render(terminal);
  text += "  own: what rounding and clipping in the tensor alone would leave; inputs: the worst of what its operator reads\n";
  if (compared < e.layers.size()) text += fmt::format("  {} more have no counterpart in the float model\n", e.layers.size() - compared);
  return text;
}

std::string advice_text(const Evaluation& e, const Terminal& terminal) {
  std::string text;
  size_t given = 0;
  for (const LayerError& l : e.layers) {
    for (const Advice& a : l.advice) {
      if (a.id == "upstream" || given == kMostAdvice) continue;
      ++given;
      text += fmt::format("  {} ({})\n    {}\n", printable(shortened(l.name, 60, terminal)), printable(l.op), a.text);
    }
  }
  return text.empty() ? "" : heading(terminal, "What to try") + text;
}

/// Without a reference only the ends of the type can be counted.
std::string ends_text(const Evaluation& e, const Terminal& terminal) {
  TextTable table({{"at lowest", true}, {"at highest", true}, {"operator", false, 10}, {"tensor", false, 12, 40}});
  for (const LayerError& l : e.layers) {
    const uint64_t low = l.low_explained ? 0 : l.stats.at_lowest, high = l.high_explained ? 0 : l.stats.at_highest;
    if (l.stats.has_reference || low + high == 0) continue;
    const double n = static_cast<double>(l.stats.values);
    table.add({percent(static_cast<double>(low) / n), percent(static_cast<double>(high) / n), l.op, l.name});
  }
  return table.empty() ? ""
                       : heading(terminal, "Saturation: values at the ends of their type, without those where an activation ends") +
                             table.render(terminal);
}

}  // namespace

std::string to_text(const Evaluation& e, const Terminal& terminal, size_t most_layers) {
  std::string text = fmt::format("{}: {} sample{} of {}\n", terminal.style(Style::kBold, printable(e.model)), with_commas(e.samples),
                                 e.samples == 1 ? "" : "s", printable(e.data));
  if (e.classes) {
    TextTable table({{"model", false, 12}, {"right", true}, {"accuracy", true}, {"top 5", true}});
    if (e.reference_classes) add_accuracy(table, "float", *e.reference_classes);
    add_accuracy(table, e.reference_classes ? "quantised" : "model", *e.classes);
    text += heading(terminal, "Accuracy") + table.render(terminal);
  }
  if (e.agreement) text += fmt::format("  both models give the same class for {} of the samples\n", percent(*e.agreement));
  if (e.reconstruction) {
    text += fmt::format("  mean squared error of the output against the input: {:.6g}", *e.reconstruction);
    text += e.reference_reconstruction ? fmt::format(", of the float model {:.6g}\n", *e.reference_reconstruction) : "\n";
  }
  if (e.reference_classes) text += matrix_text(*e.reference_classes, terminal, "the float model");
  if (e.classes) text += matrix_text(*e.classes, terminal, e.reference_classes ? "the quantised model" : "the model");
  if (!e.outputs.empty()) text += outputs_text(e, terminal);
  if (e.logit_sqnr_db) text += fmt::format("  before the softmax: {} dB\n", decibels(*e.logit_sqnr_db));
  if (e.outputs.empty()) return text + ends_text(e, terminal);
  return text + layers_text(e, terminal, most_layers) + advice_text(e, terminal);
}

}  // namespace midge
