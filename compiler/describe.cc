#include "compiler/describe.h"

#include <fmt/format.h>

#include "report/sha256.h"

namespace midge {
namespace {

struct NamedScheme {
  const char* name;
  Scheme scheme;
  bool samples;
};
constexpr NamedScheme kSchemes[] = {{"int8", Scheme::kInt8, true},
                                    {"int16x8", Scheme::kInt16x8, true},
                                    {"int4", Scheme::kInt4Weights, true},
                                    {"dynamic", Scheme::kDynamicRange, false},
                                    {"float16", Scheme::kFloat16Weights, false},
                                    {"float32", Scheme::kFloat, false}};

std::string trials_text(const Converted& c, const Terminal& terminal) {
  std::string text = "recipes, by the error of the layer before the softmax on samples held out\n";
  for (const Trial& t : c.trials) {
    const std::string line = fmt::format("  {:<28}{:6.1f} dB, output {:6.1f} dB  ({:.1f} s){}", t.name, t.logit_sqnr_db, t.output_sqnr_db,
                                         t.seconds, t.chosen ? "  chosen" : "");
    text += (t.chosen ? terminal.style(Style::kGreen, line) : line) + "\n";
  }
  return c.reason.empty() ? text : text + "  " + c.reason + "\n";
}

}  // namespace

bool scheme_of(const std::string& name, Scheme* scheme) {
  for (const NamedScheme& s : kSchemes) {
    if (name == s.name) {
      *scheme = s.scheme;
      return true;
    }
  }
  return false;
}

std::vector<std::string> scheme_names() {
  std::vector<std::string> out;
  for (const NamedScheme& s : kSchemes) out.emplace_back(s.name);
  return out;
}

bool needs_samples(Scheme scheme) {
  for (const NamedScheme& s : kSchemes) {
    if (s.scheme == scheme) return s.samples;
  }
  return false;
}

Json to_json(const Converted& c) {
  Json stages = Json::array(), trials = Json::array(), warnings = Json::array();
  for (const Stage& s : c.stages) stages.push_back({{"name", s.name}, {"result", s.result}, {"seconds", s.seconds}});
  for (const Trial& t : c.trials) {
    trials.push_back(
        {{"recipe", t.name}, {"logit_sqnr_db", t.logit_sqnr_db}, {"output_sqnr_db", t.output_sqnr_db}, {"seconds", t.seconds}, {"chosen", t.chosen}});
  }
  for (const Diagnostic& d : c.warnings) warnings.push_back(to_json(d));
  const GraphSize size = size_of(c.module);
  return Json{{"bytes", c.file.size()},
              {"sha256", sha256_hex(c.file)},
              {"operators", size.operators},
              {"macs", size.macs},
              {"constant_bytes", size.constant_bytes},
              {"input_permutations", c.module.io.inputs},
              {"output_permutations", c.module.io.outputs},
              {"calibration", c.samples_sha256.empty() ? Json() : Json{{"samples", c.samples}, {"sha256", c.samples_sha256}}},
              {"stages", std::move(stages)},
              {"trials", std::move(trials)},
              {"evaluation", c.evaluation ? to_json(*c.evaluation) : Json()},
              {"reason", c.reason},
              {"warnings", std::move(warnings)}};
}

std::string to_text(const Converted& c, const Terminal& terminal) {
  constexpr size_t kLayers = 6;
  std::string text;
  for (const Stage& s : c.stages) text += fmt::format("  {:<28}{}  ({:.1f} s)\n", s.name, s.result, s.seconds);
  if (!c.trials.empty()) text += trials_text(c, terminal);
  if (c.evaluation) text += to_text(*c.evaluation, terminal, kLayers);
  return text;
}

}  // namespace midge
