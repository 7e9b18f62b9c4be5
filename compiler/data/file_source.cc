// See file_source.h.
#include "compiler/data/file_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "compiler/data/converter.h"
#include "compiler/data/hashed_source.h"
#include "compiler/data/problem.h"

namespace midge {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMostFileBytes = uint64_t{1} << 28;
constexpr const char* kPictures[] = {".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".pgm"};
constexpr char kFormats[] = ".png .jpg .bmp .ppm .pgm or .wav";

std::string extension_of(const fs::path& path) {
  std::string out = path.extension().string();
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}
bool is_sound(const fs::path& path) { return extension_of(path) == ".wav"; }

/// Names in a folder, sorted by their bytes, without hidden ones.
std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().filename().string()[0] != '.') out.push_back(it->path());
  }
  if (error) data_problem("folder-unreadable", folder.string(), "cannot be read: " + error.message());
  std::sort(out.begin(), out.end(), [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
  return out;
}

std::vector<std::string> samples_in(const fs::path& folder) {
  std::vector<std::string> out;
  for (const fs::path& p : entries_of(folder)) {
    std::error_code error;
    if (is_raw_file(p.string()) && fs::is_regular_file(p, error)) out.push_back(p.string());
  }
  return out;
}

std::vector<uint8_t> bytes_of(const std::string& path) {
  std::error_code error;
  const uint64_t bytes = fs::file_size(path, error);
  if (error) data_problem("file-unreadable", path, "cannot be read: " + error.message());
  if (bytes > kMostFileBytes) data_problem("file-too-large", path, fmt::format("has {} bytes; at most {} are read", bytes, kMostFileBytes));
  std::vector<uint8_t> out(bytes);
  if (!std::ifstream(path, std::ios::binary).read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(bytes))) {
    data_problem("file-unreadable", path, "cannot be read");
  }
  return out;
}

class FileSource final : public HashedSource {
 public:
  FileSource(std::vector<SampleInput> inputs, const std::string& where, RawFiles files, InputSteps steps)
      : HashedSource(std::move(inputs), where), files_(std::move(files)), steps_(std::move(steps)), tensor_(float_tensor(this->inputs()[0])) {}

  std::optional<uint64_t> count() const override { return files_.paths.size(); }
  std::vector<int64_t> labels() const override {
    if (files_.labels.empty()) return {};
    return {files_.labels.begin() + static_cast<ptrdiff_t>(last_), files_.labels.begin() + static_cast<ptrdiff_t>(last_ + got_)};
  }
  std::vector<std::string> classes() const override { return files_.classes; }

 private:
  size_t fill(size_t most, std::vector<Activation32>& out) override {
    last_ = static_cast<size_t>(position());
    got_ = std::min(most, files_.paths.size() - last_);
    const size_t each = inputs()[0].bytes();
    for (size_t i = 0; i < got_; ++i) {
      const std::string& path = files_.paths[last_ + i];
      const std::span<uint8_t> to = std::span(out[0].bytes).subspan(i * each, each);
      try {
        if (files_.sound) {
          apply_audio(steps_, tensor_, read_sound(path, steps_.audio.sample_rate).samples, to);
        } else {
          apply_image(steps_, tensor_, read_picture(path), to);
        }
      } catch (const DecodeError& e) {
        data_problem("sample-unreadable", path, e.what());
      }
    }
    return got_;
  }
  void restart() override { last_ = got_ = 0; }
  std::string sample_name(uint64_t i) const override { return files_.paths[static_cast<size_t>(i)]; }

  RawFiles files_;
  InputSteps steps_;
  InputTensor tensor_;
  size_t last_ = 0, got_ = 0;
};

}  // namespace

bool is_raw_file(const std::string& path) {
  const std::string extension = extension_of(path);
  return extension == ".wav" || std::find(std::begin(kPictures), std::end(kPictures), extension) != std::end(kPictures);
}

Picture read_picture(const std::string& path) {
  try {
    return decode_image(bytes_of(path));
  } catch (const DecodeError& e) {
    data_problem("image-unreadable", path, e.what(), "remove the file, or save it again");
  }
}

Sound read_sound(const std::string& path, int32_t sample_rate) {
  Sound sound;
  try {
    sound = decode_wav(bytes_of(path));
  } catch (const DecodeError& e) {
    data_problem("sound-unreadable", path, e.what(), "remove the file, or save it again");
  }
  if (sample_rate != 0 && sound.sample_rate != sample_rate) {
    data_problem("sample-rate", path, fmt::format("has {} samples a second, {} are declared", sound.sample_rate, sample_rate),
                 fmt::format("resample it, as `sox IN -r {} OUT` does, or declare its rate", sample_rate));
  }
  return sound;
}

RawFiles list_raw_files(const std::string& where) {
  RawFiles out;
  std::error_code error;
  if (!fs::is_directory(where, error)) {
    out.paths = {where};
  } else {
    out.paths = samples_in(where);
    std::vector<fs::path> folders;
    for (const fs::path& p : entries_of(where)) {
      if (fs::is_directory(p, error)) folders.push_back(p);
    }
    std::vector<std::string> in_classes;
    for (const fs::path& folder : folders) {
      const std::vector<std::string> samples = samples_in(folder);
      if (samples.empty()) continue;
      out.labels.insert(out.labels.end(), samples.size(), static_cast<int64_t>(out.classes.size()));
      out.classes.push_back(folder.filename().string());
      in_classes.insert(in_classes.end(), samples.begin(), samples.end());
    }
    if (!in_classes.empty() && !out.paths.empty()) {
      data_problem("folder-mixed", where, fmt::format("has samples beside the sub-folder '{}' with samples", out.classes[0]),
                   "put all of them into sub-folders, one a class, or none");
    }
    if (!in_classes.empty()) out.paths = std::move(in_classes);
  }
  if (out.paths.empty()) data_problem("samples-empty", where, "the folder has no samples", fmt::format("put {} files into it", kFormats));
  const auto sounds = std::count_if(out.paths.begin(), out.paths.end(), [](const std::string& p) { return is_sound(p); });
  out.sound = sounds != 0;
  if (out.sound && static_cast<size_t>(sounds) != out.paths.size()) {
    data_problem("folder-mixed", where, "has both pictures and sound", "use a folder for each");
  }
  return out;
}

std::unique_ptr<SampleSource> open_file_samples(const std::string& where, const ir::Module& module) {
  std::vector<SampleInput> inputs = sample_inputs(module);
  RawFiles files = list_raw_files(where);
  if (inputs.size() != 1) {
    data_problem("folder-inputs", where, fmt::format("files give one input, the model has {}", inputs.size()),
                 "give an .npz file with in0, in1, ...");
  }
  std::optional<InputSteps> steps = steps_for(embedded_preprocessing(module), 0, inputs[0]);
  const RawKind needed = files.sound ? RawKind::kAudio : RawKind::kImage;
  if (steps && steps->kind != needed) {
    data_problem("preprocess-kind", where,
                 fmt::format("has {}, but the preprocessing that is declared is for another kind", files.sound ? "sound" : "pictures"),
                 fmt::format("declare \"kind\": \"{}\"", files.sound ? "audio" : "image"));
  }
  if (!steps && files.sound) {
    data_problem("preprocess-missing", where, "sound needs to know what the model takes: sample rate and features",
                 "declare it in MODEL.preprocess.json; docs/preprocessing.md has the schema");
  }
  if (!steps) {
    steps.emplace();
    steps->kind = RawKind::kImage;
    steps->image.declared = false;
    if (const std::string problem = misfit(*steps, float_tensor(inputs[0])); !problem.empty())
      data_problem("preprocess-misfit", where, problem);
  }
  return std::make_unique<FileSource>(std::move(inputs), where, std::move(files), std::move(*steps));
}

}  // namespace midge
