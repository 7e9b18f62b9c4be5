#include "compiler/quantize/recipe.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/diagnostic.h"

namespace midge {
namespace {

using Json = nlohmann::ordered_json;

template <class E>
struct Word {
  const char* name;
  E value;
};

constexpr Word<Scheme> kSchemes[] = {{"int8", Scheme::kInt8},
                                     {"int16x8", Scheme::kInt16x8},
                                     {"int4", Scheme::kInt4Weights},
                                     {"dynamic-range", Scheme::kDynamicRange},
                                     {"float16", Scheme::kFloat16Weights},
                                     {"float", Scheme::kFloat}};
constexpr Word<RangeMethod> kRanges[] = {{"min-max", RangeMethod::kMinMax},
                                         {"percentile", RangeMethod::kPercentile},
                                         {"mse", RangeMethod::kMse},
                                         {"entropy", RangeMethod::kEntropy},
                                         {"moving-average", RangeMethod::kMovingAverage}};
constexpr Word<Rounding> kRoundings[] = {{"nearest", Rounding::kNearest},
                                         {"sequential", Rounding::kSequential},
                                         {"gptq", Rounding::kGptq},
                                         {"coordinate-descent", Rounding::kCoordinateDescent}};

class Parser {
 public:
  explicit Parser(const std::string& file) : file_(file) {}

  [[noreturn]] void fail(const std::string& message, const std::string& hint = "") const {
    Diagnostic d;
    d.id = "bad-recipe", d.message = message, d.file = file_, d.hint = hint;
    throw DiagnosticError(d, 2);
  }

  template <class E, size_t N>
  E word(const Json& j, const std::string& key, const Word<E> (&words)[N]) const {
    std::string allowed;
    for (const auto& w : words) {
      if (j.is_string() && j.get_ref<const std::string&>() == w.name) return w.value;
      allowed += (allowed.empty() ? "" : ", ") + std::string(w.name);
    }
    fail(fmt::format("\"{}\" is {}", key, short_text(j)), "one of " + allowed);
  }

  bool boolean(const Json& j, const std::string& key) const {
    if (!j.is_boolean()) fail(fmt::format("\"{}\" is {}", key, short_text(j)), "true or false");
    return j.get<bool>();
  }

  /// Takes the keys of a layer; false if it is none of them.
  bool layer_key(const std::string& key, const Json& value, LayerRecipe& to) const {
    if (key == "scheme") return to.scheme = word(value, key, kSchemes), true;
    if (key == "range") return to.range = word(value, key, kRanges), true;
    if (key == "rounding") return to.rounding = word(value, key, kRoundings), true;
    if (key == "bias_correction") return to.bias_correction = boolean(value, key), true;
    if (key == "own_pool_scale") return to.own_pool_scale = boolean(value, key), true;
    if (key == "percentile") {
      const double p = value.is_number() ? value.get<double>() : 0;
      if (!(p > 50 && p <= 100)) fail(fmt::format("\"percentile\" is {}", short_text(value)), "a number above 50 and up to 100");
      return to.percentile = p, true;
    }
    return false;
  }

  Recipe parse(const std::string& text) const {
    Json j;
    try {
      j = Json::parse(text);
    } catch (const Json::parse_error& e) {
      const size_t at = std::min(e.byte, text.size());
      fail(fmt::format("line {}: not JSON", 1 + std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(at), '\n')),
           "see docs/design/quantiser.md for an example");
    }
    if (!j.is_object()) fail("the recipe is not an object", "{\"scheme\": \"int8\", \"layers\": {\"*\": {}}}");
    Recipe r;
    r.name = "given";
    bool decided = false;
    for (const auto& [key, value] : j.items()) {
      if (key == "layers") continue;
      if (key == "name") {
        if (!value.is_string()) fail(fmt::format("\"name\" is {}", short_text(value)), "a text");
        r.name = value.get<std::string>();
        decided = decided || r.name == "auto";
      } else if (key == "equalize") {
        r.equalize = boolean(value, key);
      } else if (!layer_key(key, value, r.all)) {
        fail(fmt::format("there is no \"{}\" in a recipe", key),
             "name, equalize, layers, scheme, range, percentile, rounding, bias_correction, own_pool_scale");
      }
    }
    // Nothing said about how: recipes are compared.
    const auto has = [&](const char* key) { return j.contains(key); };
    if (!has("name") && !has("range") && !has("rounding") && !has("equalize") && !has("bias_correction")) r.name = "auto";
    if (j.contains("layers")) {
      if (!j["layers"].is_object()) fail("\"layers\" is not an object", "\"layers\": {\"conv1*\": {\"scheme\": \"int16x8\"}}");
      for (const auto& [pattern, value] : j["layers"].items()) {
        if (!value.is_object()) fail(fmt::format("layer \"{}\" is {}", pattern, short_text(value)), "an object");
        LayerRecipe layer = r.all;
        for (const auto& [key, v] : value.items()) {
          if (!layer_key(key, v, layer)) {
            fail(fmt::format("there is no \"{}\" in layer \"{}\"", key, pattern),
                 "scheme, range, percentile, rounding, bias_correction, own_pool_scale");
          }
        }
        r.layers.emplace_back(pattern, layer);
      }
    }
    return r;
  }

 private:
  static std::string short_text(const Json& j) {
    std::string text = j.dump();
    if (text.size() > 40) text = text.substr(0, 37) + "...";
    return text;
  }

  std::string file_;
};

template <class E, size_t N>
const char* name_of(E value, const Word<E> (&words)[N]) {
  for (const auto& w : words) {
    if (w.value == value) return w.name;
  }
  return "";
}

Json to_json(const LayerRecipe& r) {
  Json j;
  j["scheme"] = name_of(r.scheme, kSchemes);
  j["range"] = name_of(r.range, kRanges);
  if (r.range == RangeMethod::kPercentile) j["percentile"] = r.percentile;
  j["rounding"] = name_of(r.rounding, kRoundings);
  j["bias_correction"] = r.bias_correction;
  j["own_pool_scale"] = r.own_pool_scale;
  return j;
}

}  // namespace

Recipe parse_recipe(const std::string& json, const std::string& file) { return Parser(file).parse(json); }

std::string to_json_text(const Recipe& recipe) {
  Json j;
  j["name"] = recipe.name;
  j["equalize"] = recipe.equalize;
  const Json all = to_json(recipe.all);
  for (const auto& [key, value] : all.items()) j[key] = value;
  for (const auto& [pattern, layer] : recipe.layers) j["layers"][pattern] = to_json(layer);
  return j.dump(2) + "\n";
}

}  // namespace midge
