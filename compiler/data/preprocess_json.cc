// The declaration of preprocessing as JSON: reading, with the line and the key of what is wrong; writing; where it is found.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "compiler/data/preprocess.h"
#include "compiler/data/problem.h"
#include "verify/host_model.h"

namespace midge {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kKinds[] = {"tensor", "image", "audio"};
constexpr const char* kColours[] = {"model", "rgb", "bgr", "gray"};
constexpr const char* kResizes[] = {"stretch", "crop", "letterbox"};
constexpr const char* kFilters[] = {"nearest", "bilinear"};
constexpr const char* kFeatures[] = {"waveform", "micro_speech", "log_mel", "mfcc"};
constexpr size_t kMostText = 1 << 20, kMostInputs = 64;
constexpr double kMostNumber = 1e6;

/// One object of the file: typed reads of its keys, and at the end the keys that nobody read.
class Object {
 public:
  Object(const Json& json, const std::string& text, const std::string& file, std::string path)
      : json_(json), text_(text), file_(file), path_(std::move(path)) {
    if (!json.is_object()) fail("", "must be an object, {...}", "");
  }

  bool has(const char* key) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
    return json_.contains(key);
  }
  const Json& at(const char* key) const { return json_.at(key); }

  std::string text(const char* key, const std::string& fallback) {
    if (!has(key)) return fallback;
    if (!at(key).is_string()) fail(key, "must be a text", "");
    return at(key).get<std::string>();
  }
  template <size_t N>
  size_t word(const char* key, const char* const (&words)[N], size_t fallback) {
    if (!has(key)) return fallback;
    const auto found = at(key).is_string() ? std::find(std::begin(words), std::end(words), at(key).get<std::string>()) : std::end(words);
    if (found == std::end(words)) fail(key, "is not one of those that there are", fmt::format("use {}", fmt::join(words, ", ")));
    return static_cast<size_t>(found - std::begin(words));
  }
  double number(const char* key, double fallback, double least, double most) {
    if (!has(key)) return fallback;
    if (!at(key).is_number()) fail(key, "must be a number", "");
    const double v = at(key).get<double>();
    if (!(v >= least && v <= most)) fail(key, fmt::format("is {}, out of range", v), fmt::format("{} to {} can be given", least, most));
    return v;
  }
  int32_t integer(const char* key, int32_t fallback, int32_t least, int32_t most) {
    const double v = number(key, fallback, least, most);
    if (v != std::floor(v)) fail(key, fmt::format("is {}, not an integer", v), "");
    return static_cast<int32_t>(v);
  }
  /// A number, or a list of some.
  std::vector<double> numbers(const char* key, double fallback) {
    if (!has(key)) return {fallback};
    if (!at(key).is_array()) return {number(key, fallback, -kMostNumber, kMostNumber)};
    std::vector<double> out;
    for (const Json& v : at(key)) {
      if (!v.is_number() || !(std::fabs(v.get<double>()) <= kMostNumber)) fail(key, "must be a number or a list of numbers", "");
      out.push_back(v.get<double>());
    }
    if (out.empty() || out.size() > 65536) fail(key, "must have a number for each channel", "");
    return out;
  }
  void end() const {
    for (const auto& [key, value] : json_.items()) {
      if (std::find(known_.begin(), known_.end(), key) == known_.end())
        fail(key, "is not known here", fmt::format("the keys are {}", fmt::join(known_, ", ")));
    }
  }

  /// With the line, where the key stands once in the file.
  [[noreturn]] void fail(const std::string& key, const std::string& what, const std::string& hint) const {
    const std::string quoted = "\"" + key + "\"";
    const size_t at = key.empty() ? std::string::npos : text_.find(quoted);
    std::string place;
    if (at != std::string::npos && text_.find(quoted, at + 1) == std::string::npos) {
      place = fmt::format("line {}: ", 1 + std::count(text_.begin(), text_.begin() + static_cast<ptrdiff_t>(at), '\n'));
    }
    const std::string name = key.empty() ? (path_.empty() ? "the declaration" : path_) : path_.empty() ? key : path_ + "." + key;
    data_problem("preprocess", file_, fmt::format("{}{} {}", place, name, what), hint.empty() ? "docs/preprocessing.md has the schema" : hint);
  }

 private:
  const Json& json_;
  const std::string& text_;
  const std::string& file_;
  std::string path_;
  std::vector<std::string> known_;
};

void parse_image(Object& o, ImageSteps* s) {
  s->width = o.integer("width", 0, 1, image::kMostSide);
  s->height = o.integer("height", 0, 1, image::kMostSide);
  s->colour = static_cast<Colour>(o.word("colour", kColours, 0));
  s->resize = static_cast<image::Resize>(o.word("resize", kResizes, 0));
  s->filter = static_cast<image::Filter>(o.word("filter", kFilters, 1));
  s->border = o.integer("border", 0, 0, 255);
}

void parse_audio(Object& o, audio::Config* c) {
  const auto samples = [&](double ms) { return static_cast<int32_t>(std::lround(ms * c->sample_rate / 1000)); };
  c->sample_rate = o.integer("sample_rate", 16000, 1000, 192000);
  c->kind = static_cast<audio::Kind>(o.word("features", kFeatures, 1));
  if (c->kind == audio::Kind::kWaveform) return;
  c->window = samples(o.number("window_ms", 30, 1, 1000)), c->hop = samples(o.number("hop_ms", 20, 1, 10000));
  if (c->window > audio::kMostWindow)
    o.fail("window_ms", fmt::format("is {} samples", c->window), fmt::format("at most {}", audio::kMostWindow));
  c->channels = o.integer("channels", 40, 1, audio::kMostBankChannels);
  if (c->kind == audio::Kind::kMfcc) c->coefficients = o.integer("coefficients", std::min(13, c->channels), 1, c->channels);
  c->lower_hz = static_cast<float>(o.number("lower_hz", 125, 0, c->sample_rate / 2.0));
  c->upper_hz = static_cast<float>(o.number("upper_hz", std::min(7500.0, c->sample_rate / 2.0), 0, c->sample_rate / 2.0));
  if (c->lower_hz >= c->upper_hz) o.fail("upper_hz", "must be above lower_hz", "");
}

InputSteps parse_input(Object& o) {
  InputSteps s;
  if (!o.has("kind")) o.fail("", "has no \"kind\"", fmt::format("give \"kind\": {}", fmt::join(kKinds, ", ")));
  s.kind = static_cast<RawKind>(o.word("kind", kKinds, 0));
  s.input = o.text("input", "");
  s.affine.scale = o.numbers("scale", 1), s.affine.mean = o.numbers("mean", 0), s.affine.std = o.numbers("std", 1);
  if (std::find(s.affine.std.begin(), s.affine.std.end(), 0.0) != s.affine.std.end()) o.fail("std", "must not be 0", "");
  if (s.affine.channels() == 0)
    o.fail("", "has scale, mean and std for different numbers of channels", "give as many of each, or one for all");
  if (s.kind == RawKind::kImage) parse_image(o, &s.image);
  if (s.kind == RawKind::kAudio) {
    parse_audio(o, &s.audio);
    if (s.affine.channels() != 1) o.fail("", "has numbers for several channels, but sound has one", "give one scale, mean and std");
  }
  o.end();
  return s;
}

Json numbers_json(const std::vector<double>& v) { return v.size() == 1 ? Json(v[0]) : Json(v); }

Json input_json(const InputSteps& s) {
  Json j = {{"kind", kKinds[static_cast<size_t>(s.kind)]}};
  if (!s.input.empty()) j["input"] = s.input;
  if (s.kind == RawKind::kImage) {
    if (s.image.width != 0) j["width"] = s.image.width;
    if (s.image.height != 0) j["height"] = s.image.height;
    j["colour"] = kColours[static_cast<size_t>(s.image.colour)];
    j["resize"] = kResizes[static_cast<size_t>(s.image.resize)];
    j["filter"] = kFilters[static_cast<size_t>(s.image.filter)];
    j["border"] = s.image.border;
  }
  if (s.kind == RawKind::kAudio) {
    const audio::Config& c = s.audio;
    j["sample_rate"] = c.sample_rate;
    j["features"] = kFeatures[static_cast<size_t>(c.kind)];
    if (c.kind != audio::Kind::kWaveform) {
      j["window_ms"] = c.window * 1000.0 / c.sample_rate, j["hop_ms"] = c.hop * 1000.0 / c.sample_rate;
      j["channels"] = c.channels;
      if (c.kind == audio::Kind::kMfcc) j["coefficients"] = c.coefficients;
      j["lower_hz"] = static_cast<double>(c.lower_hz), j["upper_hz"] = static_cast<double>(c.upper_hz);
    }
  }
  j["scale"] = numbers_json(s.affine.scale), j["mean"] = numbers_json(s.affine.mean), j["std"] = numbers_json(s.affine.std);
  return j;
}

}  // namespace

Preprocessing parse_preprocessing(const std::string& text, const std::string& file) {
  if (text.size() > kMostText)
    data_problem("preprocess", file, fmt::format("is {} bytes long; a declaration has some hundred", text.size()));
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& e) {
    const size_t end = std::min<size_t>(e.byte, text.size());
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(end), '\n');
    data_problem("preprocess", file, fmt::format("line {}: this is not JSON", line), "look for a missing comma, quote or bracket there");
  }
  Preprocessing out;
  Object root(json, text, file, "");
  if (root.has("version")) (void)root.integer("version", 1, 1, 1);
  if (!root.has("inputs")) {  // one input, without a list
    Object one(json, text, file, "");
    (void)one.has("version");
    out.inputs.push_back(parse_input(one));
    return out;
  }
  if (!root.at("inputs").is_array() || root.at("inputs").empty() || root.at("inputs").size() > kMostInputs) {
    root.fail("inputs", "must be a list with an object for each input", "");
  }
  root.end();
  for (size_t i = 0; i < root.at("inputs").size(); ++i) {
    Object input(root.at("inputs")[i], text, file, fmt::format("inputs[{}]", i));
    out.inputs.push_back(parse_input(input));
  }
  return out;
}

std::string format_preprocessing(const Preprocessing& p) {
  Json json = {{"version", 1}, {"inputs", Json::array()}};
  for (const InputSteps& s : p.inputs) json["inputs"].push_back(input_json(s));
  return json.dump(2) + "\n";
}

std::optional<Preprocessing> embedded_preprocessing(const ir::Module& module) {
  const auto found = module.metadata.find(kPreprocessMetadata);
  if (found == module.metadata.end()) return std::nullopt;
  std::string text(found->second.begin(), found->second.end());
  while (!text.empty() && text.back() == '\0') text.pop_back();  // metadata are padded
  return parse_preprocessing(text, std::string("metadata ") + kPreprocessMetadata);
}

std::optional<Preprocessing> find_preprocessing(const std::string& model_path, ir::Module& module) {
  namespace fs = std::filesystem;
  const fs::path path(model_path);
  for (const fs::path& file : {fs::path(path).replace_extension(".preprocess.json"), fs::path(path.string() + ".preprocess.json")}) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) continue;
    const std::vector<uint8_t> bytes = read_file(file);
    Preprocessing p = parse_preprocessing(std::string(bytes.begin(), bytes.end()), file.string());
    const std::string text = format_preprocessing(p);
    module.metadata[kPreprocessMetadata] = ir::Bytes(text.begin(), text.end());
    return p;
  }
  return embedded_preprocessing(module);
}

}  // namespace midge
