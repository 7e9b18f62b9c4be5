// See array_source.h.
#include "compiler/data/array_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/data/array_stream.h"
#include "compiler/data/converter.h"
#include "compiler/data/element.h"
#include "compiler/data/hashed_source.h"
#include "compiler/data/problem.h"

namespace midge {
namespace {

constexpr size_t kMostRead = 4 << 20;  // bytes of an array that are read at once

/// One array as one input's samples.
struct Column {
  std::unique_ptr<ArrayStream> stream;
  SampleConverter converter;
  std::vector<uint8_t> raw;

  static SampleConverter converter_for(const ArrayStream& stream, const SampleInput& input, std::optional<InputSteps> steps,
                                       const std::string& file) {
    const NpyHeader& h = stream.header();
    const std::string is = fmt::format("{} is {} {}", stream.label(), type_name(h.type), shape_text(h.shape));
    if (h.fortran_order) data_problem("sample-order", file, is + " in Fortran order", "save np.ascontiguousarray(array)");
    if (h.shape.empty()) {
      data_problem("sample-shape", file, is, fmt::format("input '{}' takes {}, samples first", input.name, fitting_shapes(input)));
    }
    SampleConverter converter(input, std::move(steps), h.type, h.shape, is, file);
    if (h.shape[0] == 0) data_problem("samples-empty", file, is + ": it has no samples", "give one at least; some hundred are usual");
    return converter;
  }

  Column(std::unique_ptr<ArrayStream> s, const SampleInput& input, std::optional<InputSteps> steps, const std::string& file)
      : stream(std::move(s)), converter(converter_for(*stream, input, std::move(steps), file)) {}

  uint64_t count() const { return stream->header().shape[0]; }

  void read(size_t samples, uint8_t* out, size_t out_bytes, uint64_t first) {
    const size_t each = converter.raw_bytes(), at_once = std::max<size_t>(1, kMostRead / each);
    for (size_t done = 0; done < samples;) {
      const size_t now = std::min(at_once, samples - done);
      raw.resize(now * each);
      stream->read(raw);
      if (stream->header().big_endian) swap_elements(raw, type_bytes(stream->header().type));
      for (size_t i = 0; i < now; ++i) {
        const uint64_t sample = first + done + i;
        converter.convert(raw.data() + i * each, out + (done + i) * out_bytes, fmt::format("{}: sample {}", stream->label(), sample));
      }
      done += now;
    }
  }
};

class ArraySource final : public HashedSource {
 public:
  ArraySource(std::vector<SampleInput> inputs, std::string name, std::string file, std::vector<std::unique_ptr<ArrayStream>> arrays,
              std::vector<int64_t> labels, const std::optional<Preprocessing>& steps)
      : HashedSource(std::move(inputs), std::move(name)), file_(std::move(file)), labels_(std::move(labels)) {
    for (size_t i = 0; i < arrays.size(); ++i) {
      columns_.emplace_back(std::move(arrays[i]), this->inputs()[i], steps_for(steps, i, this->inputs()[i]), file_);
      if (columns_[i].count() == columns_[0].count()) continue;
      data_problem("sample-counts", file_,
                   fmt::format("{} has {} samples, {} has {}", columns_[0].stream->label(), columns_[0].count(),
                               columns_[i].stream->label(), columns_[i].count()),
                   "save as many samples for each input");
    }
  }

  std::optional<uint64_t> count() const override { return columns_[0].count(); }
  std::vector<int64_t> labels() const override {
    if (labels_.empty()) return {};
    return {labels_.begin() + static_cast<ptrdiff_t>(last_), labels_.begin() + static_cast<ptrdiff_t>(last_ + got_)};
  }

 private:
  size_t fill(size_t most, std::vector<Activation32>& out) override {
    last_ = position();
    got_ = static_cast<size_t>(std::min<uint64_t>(most, *count() - position()));
    for (size_t k = 0; k < columns_.size() && got_ != 0; ++k) columns_[k].read(got_, out[k].bytes.data(), inputs()[k].bytes(), position());
    return got_;
  }
  void restart() override {
    for (Column& c : columns_) c.stream->rewind();
    last_ = got_ = 0;
  }

  std::string file_;
  std::vector<Column> columns_;
  std::vector<int64_t> labels_;
  uint64_t last_ = 0;
  size_t got_ = 0;
};

constexpr const char* kLabelNames[] = {"labels", "y", "label"};

bool is_label(const std::string& name) {
  return std::find(std::begin(kLabelNames), std::end(kLabelNames), name) != std::end(kLabelNames) || name.starts_with("y_") ||
         name.ends_with("_labels");
}

/// The array with the samples of a graph with one input.
std::string default_array(const NpzStreams& npz) {
  for (const char* name : {"calib", "x", "in0", "samples"}) {
    if (npz.has(name)) return name;
  }
  std::vector<std::string> candidates;
  for (const std::string& name : npz.names()) {
    if (!is_label(name)) candidates.push_back(name);
  }
  if (candidates.size() == 1) return candidates[0];
  if (npz.names().empty()) data_problem("npz-empty", npz.file(), "the file has no arrays", "save arrays with np.savez(FILE, calib=...)");
  data_problem("npz-which", npz.file(), fmt::format("there are several arrays: {}", fmt::join(npz.names(), ", ")),
               fmt::format("say which, as {}:{}", npz.file(), npz.names()[0]));
}

/// The names of the arrays for the graph's inputs.
std::vector<std::string> arrays_for(const NpzStreams& npz, const std::string& array, const std::vector<SampleInput>& inputs) {
  if (inputs.size() == 1) return {array.empty() ? default_array(npz) : array};
  if (!array.empty()) {
    data_problem("npz-which", npz.file(), fmt::format("the model has {} inputs, '{}' would be one of them", inputs.size(), array),
                 "save in0, in1, ... and give the file's name alone");
  }
  std::vector<std::string> numbered, named;
  for (size_t i = 0; i < inputs.size(); ++i) numbered.push_back(fmt::format("in{}", i)), named.push_back(inputs[i].name);
  const auto all_there = [&](const std::vector<std::string>& names) {
    return std::all_of(names.begin(), names.end(), [&](const std::string& n) { return npz.has(n); });
  };
  return !all_there(numbered) && all_there(named) ? named : numbered;
}

/// Labels that go with `array`, of which there are `count` samples.
std::vector<int64_t> labels_for(const NpzStreams& npz, const std::string& array, bool only, uint64_t count) {
  std::vector<std::string> own = {array + "_labels"};
  if (array.starts_with("x_") || array.starts_with("X_")) own.push_back("y_" + array.substr(2));
  const size_t certain = own.size();
  own.insert(own.end(), std::begin(kLabelNames), std::end(kLabelNames));
  for (size_t i = 0; i < own.size(); ++i) {
    if (!npz.has(own[i]) || own[i] == array) continue;
    const std::unique_ptr<ArrayStream> stream = npz.open(own[i]);
    const uint64_t labels = stream->header().shape.empty() ? 0 : stream->header().shape[0];
    if (labels == count) return read_labels(*stream, npz.file());
    if (i >= certain && !only) continue;  // they are another array's
    data_problem("labels-count", npz.file(), fmt::format("array '{}' has {} labels for {} samples in '{}'", own[i], labels, count, array),
                 "save one label a sample");
  }
  return {};
}

}  // namespace

std::unique_ptr<SampleSource> open_npz_samples(const std::string& file, const std::string& array, const ir::Module& module) {
  const NpzStreams npz(file);
  std::vector<SampleInput> inputs = sample_inputs(module);
  const std::vector<std::string> names = arrays_for(npz, array, inputs);
  std::vector<std::unique_ptr<ArrayStream>> streams;
  for (const std::string& name : names) streams.push_back(npz.open(name));
  const size_t others =
      static_cast<size_t>(std::count_if(npz.names().begin(), npz.names().end(), [](const std::string& n) { return !is_label(n); }));
  const std::vector<uint64_t>& shape = streams[0]->header().shape;
  std::vector<int64_t> labels;
  if (!shape.empty() && shape[0] != 0) labels = labels_for(npz, names[0], others <= inputs.size(), shape[0]);
  const std::string name = array.empty() ? file : file + ":" + array;
  return std::make_unique<ArraySource>(std::move(inputs), name, file, std::move(streams), std::move(labels), embedded_preprocessing(module));
}

std::unique_ptr<SampleSource> open_npy_samples(const std::string& file, const ir::Module& module) {
  std::vector<SampleInput> inputs = sample_inputs(module);
  if (inputs.size() != 1) {
    data_problem("npy-inputs", file, fmt::format("an .npy file has one array, the model has {} inputs", inputs.size()),
                 "save np.savez(FILE, in0=..., in1=...)");
  }
  std::vector<std::unique_ptr<ArrayStream>> streams;
  streams.push_back(open_npy(file));
  return std::make_unique<ArraySource>(std::move(inputs), file, file, std::move(streams), std::vector<int64_t>(), embedded_preprocessing(module));
}

}  // namespace midge
