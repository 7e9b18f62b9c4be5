#include "compiler/import/keras/archive.h"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>

#include "report/diagnostic.h"

namespace midge::keras {
namespace {

constexpr uint64_t kMostBytes = (uint64_t{1} << 31) - 1;
constexpr uint64_t kMostJson = uint64_t{1} << 26;
constexpr uint64_t kMostDeflateRatio = 1032;  // what one byte of a deflate stream can expand to
constexpr int kMostNesting = 64;              // of the JSON text
constexpr char kHowTo[] = "save the whole model with model.save('model.keras')";

struct ArchiveClosed {
  void operator()(zip_t* z) const { zip_discard(z); }
};
struct EntryClosed {
  void operator()(zip_file_t* f) const { zip_fclose(f); }
};

/// Null where the entry is missing or cannot be read; nothing larger than `most` is.
std::optional<std::vector<uint8_t>> read_entry(zip_t* zip, const char* name, uint64_t most) {
  zip_stat_t stat;
  const zip_int64_t index = zip_name_locate(zip, name, 0);
  if (index < 0 || zip_stat_index(zip, static_cast<zip_uint64_t>(index), 0, &stat) != 0) return {};
  if ((stat.valid & ZIP_STAT_SIZE) == 0 || (stat.valid & ZIP_STAT_COMP_SIZE) == 0 || stat.size > most ||
      stat.size > stat.comp_size * kMostDeflateRatio + 64) {
    return {};
  }
  const std::unique_ptr<zip_file_t, EntryClosed> entry(zip_fopen_index(zip, static_cast<zip_uint64_t>(index), 0));
  if (entry == nullptr) return {};
  std::vector<uint8_t> out(stat.size);
  size_t at = 0;
  while (at < out.size()) {
    const zip_int64_t n = zip_fread(entry.get(), out.data() + at, out.size() - at);
    if (n <= 0) return {};
    at += static_cast<size_t>(n);
  }
  uint8_t more;
  if (zip_fread(entry.get(), &more, 1) != 0) return {};  // reaching the end checks the CRC
  return out;
}

template <class Text>
std::optional<Json> parse(const Text& text) {
  bool deep = false;
  const auto watch = [&](int depth, Json::parse_event_t, Json&) {
    deep = deep || depth > kMostNesting;
    return !deep;
  };
  Json out = Json::parse(text.begin(), text.end(), watch, false);
  if (deep || !out.is_object()) return {};
  return out;
}

int version_of(const std::string& text) { return !text.empty() && text[0] >= '0' && text[0] <= '2' ? 2 : 3; }

/// Sub-objects of a layer that hold weights, in the order in which layers use them.
constexpr const char* kParts[] = {"cell",      "forward_layer", "backward_layer", "layer",        "query_dense",  "_query_dense",
                                  "key_dense", "_key_dense",    "value_dense",    "_value_dense", "output_dense", "_output_dense"};

}  // namespace

void Archive::fail(const std::string& message, const std::string& hint) const {
  Diagnostic d;
  d.id = "keras-file", d.message = message, d.file = file_, d.hint = hint;
  throw DiagnosticError(d, 1);
}

Archive::Archive(std::span<const uint8_t> bytes, const std::string& file) : file_(file) {
  try {
    if (bytes.size() > 4 && bytes[0] == 'P' && bytes[1] == 'K') {
      open_zip(bytes);
    } else {
      open_hdf5(bytes);
    }
  } catch (const Hdf5Error& e) {
    fail(e.what(), kHowTo);
  }
}

void Archive::open_zip(std::span<const uint8_t> bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  std::unique_ptr<zip_t, ArchiveClosed> zip(source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error));
  zip_error_fini(&error);
  if (zip == nullptr) {
    if (source != nullptr) zip_source_free(source);
    fail("the archive is damaged");
  }
  const auto text = read_entry(zip.get(), "config.json", kMostJson);
  if (!text) fail("the archive has no readable config.json", kHowTo);
  const auto config = parse(*text);
  if (!config) fail("its config.json is damaged");
  config_ = *config;
  if (const auto metadata = read_entry(zip.get(), "metadata.json", kMostJson)) {
    const auto m = parse(*metadata);
    if (m && m->contains("keras_version") && (*m)["keras_version"].is_string()) version_ = version_of((*m)["keras_version"]);
  }
  const auto weights = read_entry(zip.get(), "model.weights.h5", kMostBytes);
  if (!weights) fail("the archive has no readable model.weights.h5", kHowTo);
  weights_ = std::make_unique<Hdf5>(*weights);
}

void Archive::open_hdf5(std::span<const uint8_t> bytes) {
  legacy_ = true;
  weights_ = std::make_unique<Hdf5>(bytes);
  if (!weights_->has_attribute("/", "model_config")) fail("the file has weights, but no model_config", kHowTo);
  const std::vector<std::string> text = weights_->texts("/", "model_config");
  const auto config = text.empty() ? std::nullopt : parse(text[0]);
  if (!config) fail("its model_config is damaged");
  config_ = *config;
  version_ = 2;
  if (weights_->has_attribute("/", "keras_version")) {
    const auto v = weights_->texts("/", "keras_version");
    if (!v.empty()) version_ = version_of(v[0]);
  }
  root_ = weights_->has("/model_weights") ? "/model_weights/" : "/";
}

std::vector<Array> Archive::by_path(const std::string& path) const {
  std::vector<Array> out;
  for (int i = 0; weights_->has(fmt::format("/{}/vars/{}", path, i)); ++i)
    out.push_back(weights_->floats(fmt::format("/{}/vars/{}", path, i)));
  for (const char* part : kParts) {
    const std::string inner = path + "/" + part;
    if (!weights_->has("/" + inner) || path.size() > 1000) continue;
    for (Array& a : by_path(inner)) out.push_back(std::move(a));
  }
  return out;
}

std::vector<Array> Archive::by_name(const std::string& top, const std::string& layer) const {
  const std::string group = root_ + top;
  std::vector<std::string> names;
  if (weights_->has_attribute(group, "weight_names")) {
    names = weights_->texts(group, "weight_names");
  } else {  // a list that is too long for one attribute lies in several
    for (int i = 0; weights_->has_attribute(group, fmt::format("weight_names{}", i)); ++i) {
      for (std::string& n : weights_->texts(group, fmt::format("weight_names{}", i))) names.push_back(std::move(n));
    }
  }
  std::vector<Array> out;
  for (const std::string& n : names) {
    if (top != layer && ("/" + n).find("/" + layer + "/") == std::string::npos) continue;
    out.push_back(weights_->floats(group + "/" + n));
  }
  return out;
}

}  // namespace midge::keras
