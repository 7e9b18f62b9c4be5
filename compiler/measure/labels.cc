#include "compiler/measure/labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "report/array_compare.h"
#include "report/npz.h"
#include "verify/host_model.h"

namespace midge {
namespace {

[[noreturn]] void fail(const std::string& file, const std::string& message, const std::string& hint) {
  Diagnostic d;
  d.id = "bad-labels", d.file = file, d.message = message, d.hint = hint;
  throw DiagnosticError(d, 2);
}

/// "a/b.npz:name" as file and array; the array is empty where none is named.
std::pair<std::string, std::string> split(const std::string& where) {
  const size_t colon = where.rfind(".npz:");
  if (colon == std::string::npos) return {where, ""};
  return {where.substr(0, colon + 4), where.substr(colon + 5)};
}

/// One integer a sample; or rows with a single 1, as classes are also written.
std::vector<int64_t> from_array(const NpyArray& array, const std::string& file) {
  const uint64_t n = array.shape.empty() ? 0 : array.shape[0], width = n == 0 ? 0 : array.count() / n;
  if (n == 0) fail(file, "the labels are an array without samples", "give one integer a sample");
  std::vector<int64_t> out;
  for (uint64_t s = 0; s < n; ++s) {
    int64_t label = -1;
    for (uint64_t i = 0; i < width; ++i) {
      const double v = element_as_double(array, s * width + i);
      if (v != std::floor(v) || std::abs(v) > 1e9)
        fail(file, fmt::format("the label of sample {} is {}, no class", s, v), "labels are whole numbers from 0 on");
      if (width == 1) {
        label = static_cast<int64_t>(v);
      } else if (v == 1 && label < 0) {
        label = static_cast<int64_t>(i);
      } else if (v != 0) {
        fail(file, fmt::format("the labels of sample {} are {} numbers that are not one 1 among zeros", s, width),
             "give one integer a sample");
      }
    }
    out.push_back(label);
  }
  return out;
}

std::vector<int64_t> from_npz(const std::string& file, std::string array) {
  const NpzReader npz(read_file(file), file);
  if (array.empty()) {
    for (const char* name : {"labels", "y", "label"}) {
      if (array.empty() && npz.has(name)) array = name;
    }
  }
  if (array.empty() && npz.names().size() == 1) array = npz.names()[0];
  if (array.empty()) fail(file, "none of its arrays is called labels or y", fmt::format("name one: {}:ARRAY", file));
  return from_array(npz.get(array), file);
}

std::vector<int64_t> from_text(const std::vector<uint8_t>& bytes, const std::string& file) {
  std::vector<int64_t> out;
  const char* at = reinterpret_cast<const char*>(bytes.data());
  const char* end = at + bytes.size();
  for (size_t line = 1; at < end; ++line) {
    const char* stop = std::find(at, end, '\n');
    const char* last = stop;
    while (last > at && (last[-1] == '\r' || last[-1] == ' ')) --last;
    int64_t label = 0;
    const auto [rest, error] = std::from_chars(at, last, label);
    if (at != last && (error != std::errc() || rest != last))
      fail(file, fmt::format("line {} is not an integer", line), "write one label a line");
    if (at != last) out.push_back(label);
    at = stop == end ? end : stop + 1;
  }
  return out;
}

class Labelled : public SampleSource {
 public:
  Labelled(std::unique_ptr<SampleSource> source, std::vector<int64_t> labels, std::string name)
      : source_(std::move(source)), labels_(std::move(labels)), labels_name_(std::move(name)) {}
  std::optional<uint64_t> count() const override { return source_->count(); }
  size_t read(size_t most, std::vector<Activation32>& inputs) override {
    first_ += got_;
    got_ = source_->read(most, inputs);
    const size_t all = first_ + got_;
    if (all > labels_.size() || (got_ == 0 && all != labels_.size())) {
      fail(labels_name_, fmt::format("{} labels for {}{} samples of {}", labels_.size(), got_ == 0 ? "" : "at least ", all, source_->name()),
           "give one label a sample");
    }
    return got_;
  }
  std::vector<int64_t> labels() const override {
    return {labels_.begin() + static_cast<ptrdiff_t>(first_), labels_.begin() + static_cast<ptrdiff_t>(first_ + got_)};
  }
  void rewind() override {
    source_->rewind();
    first_ = got_ = 0;
  }
  std::string name() const override { return source_->name(); }
  std::string sha256() const override { return source_->sha256(); }

 private:
  std::unique_ptr<SampleSource> source_;
  std::vector<int64_t> labels_;
  std::string labels_name_;
  size_t first_ = 0, got_ = 0;
};

}  // namespace

std::vector<int64_t> read_labels(const std::string& where, const std::string& data) {
  const auto [file, array] = split(where);
  std::error_code error;
  const std::string data_file = split(data).first;
  if (!std::filesystem::exists(file, error) && array.empty() && data_file.ends_with(".npz")) return from_npz(data_file, where);
  if (file.ends_with(".npz")) return from_npz(file, array);
  const std::vector<uint8_t> bytes = read_file(file);
  if (!file.ends_with(".npy")) return from_text(bytes, file);
  try {
    return from_array(parse_npy(bytes), file);
  } catch (const NpyError& e) {
    fail(file, e.what(), "save it with numpy.save()");
  }
}

std::unique_ptr<SampleSource> with_labels(std::unique_ptr<SampleSource> source, std::vector<int64_t> labels, std::string labels_name) {
  return std::make_unique<Labelled>(std::move(source), std::move(labels), std::move(labels_name));
}

}  // namespace midge
