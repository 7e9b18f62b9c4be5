// See array_stream.h.
#include "compiler/data/array_stream.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zip.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>

#include "compiler/data/element.h"
#include "compiler/data/problem.h"

namespace midge {
namespace {

constexpr size_t kMostHeader = 1 << 16;
constexpr uint64_t kMaxDeflateRatio = 1032;  // what one byte of a deflate stream can expand to
constexpr uint64_t kMostLabels = uint64_t{1} << 28;

struct FileClosed {
  void operator()(std::FILE* f) const { std::fclose(f); }
};
using FileHandle = std::unique_ptr<std::FILE, FileClosed>;

NpyHeader header_of(std::span<const uint8_t> start, uint64_t bytes, const std::string& file, const std::string& label) {
  try {
    return parse_npy_header(start, bytes);
  } catch (const NpyError& e) {
    data_problem("npy", file, fmt::format("{} {}", label, e.what()));
  }
}

class NpyFile final : public ArrayStream {
 public:
  explicit NpyFile(const std::string& file) : file_(file) {
    label_ = "the array";
    std::error_code error;
    const uint64_t bytes = std::filesystem::file_size(file, error);
    if (!error) handle_.reset(std::fopen(file.c_str(), "rb"));
    if (handle_ == nullptr) data_problem("file-unreadable", file, "cannot be read");
    std::vector<uint8_t> start(std::min<uint64_t>(bytes, kMostHeader));
    start.resize(std::fread(start.data(), 1, start.size(), handle_.get()));
    header_ = header_of(start, bytes, file, label_);
    NpyFile::rewind();
  }
  void read(std::span<uint8_t> out) override {
    if (std::fread(out.data(), 1, out.size(), handle_.get()) != out.size()) {
      data_problem("npy", file_, "the file ends early: something else writes to it");
    }
  }
  void rewind() override {
    if (fseeko(handle_.get(), static_cast<off_t>(header_.offset), SEEK_SET) != 0)
      data_problem("file-unreadable", file_, "cannot be read again");
  }

 private:
  std::string file_;
  FileHandle handle_;
};

struct ArchiveClosed {
  void operator()(zip_t* z) const { zip_discard(z); }
};
struct EntryClosed {
  void operator()(zip_file_t* f) const { zip_fclose(f); }
};

}  // namespace

struct NpzStreams::Archive {
  std::unique_ptr<zip_t, ArchiveClosed> zip;
  std::map<std::string, zip_uint64_t> index;
};

namespace {

class NpzMember final : public ArrayStream {
 public:
  NpzMember(std::shared_ptr<NpzStreams::Archive> archive, std::string file, const std::string& name, zip_uint64_t index)
      : archive_(std::move(archive)), file_(std::move(file)), index_(index) {
    label_ = fmt::format("array '{}'", name);
    zip_stat_t stat;
    if (zip_stat_index(archive_->zip.get(), index_, 0, &stat) != 0) damaged(zip_strerror(archive_->zip.get()));
    // The compressed size bounds what the announced one can be.
    if (stat.size / kMaxDeflateRatio > stat.comp_size) damaged("its announced size cannot be right");
    open();
    std::vector<uint8_t> start(std::min<uint64_t>(stat.size, kMostHeader));
    fill(start);
    header_ = header_of(start, stat.size, file_, label_);
    NpzMember::rewind();
  }
  void read(std::span<uint8_t> out) override {
    fill(out);
    left_ -= std::min<uint64_t>(left_, out.size());
    if (left_ != 0) return;
    uint8_t more;
    const zip_int64_t rest = zip_fread(entry_.get(), &more, 1);  // reaching the end checks the CRC
    if (rest < 0) damaged(zip_file_strerror(entry_.get()));
    if (rest > 0) damaged("it is longer than announced");
  }
  void rewind() override {
    open();
    std::vector<uint8_t> skipped(header_.offset);
    fill(skipped);
    left_ = header_.bytes;
  }

 private:
  [[noreturn]] void damaged(const std::string& why) const {
    data_problem("npz-damaged", file_, fmt::format("{} cannot be read: {}", label_, why), "transfer or save the file again");
  }
  void open() {
    entry_.reset();
    entry_.reset(zip_fopen_index(archive_->zip.get(), index_, 0));
    if (entry_ == nullptr) damaged(zip_strerror(archive_->zip.get()));
  }
  void fill(std::span<uint8_t> out) {
    for (size_t at = 0; at < out.size();) {
      const zip_int64_t n = zip_fread(entry_.get(), out.data() + at, out.size() - at);
      if (n < 0) damaged(zip_file_strerror(entry_.get()));
      if (n == 0) damaged("it ends early");
      at += static_cast<size_t>(n);
    }
  }

  std::shared_ptr<NpzStreams::Archive> archive_;
  std::string file_;
  zip_uint64_t index_;
  std::unique_ptr<zip_file_t, EntryClosed> entry_;
  uint64_t left_ = 0;
};

}  // namespace

std::unique_ptr<ArrayStream> open_npy(const std::string& file) { return std::make_unique<NpyFile>(file); }

NpzStreams::NpzStreams(const std::string& file) : file_(file), archive_(std::make_shared<Archive>()) {
  int code = 0;
  archive_->zip.reset(zip_open(file.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code));
  if (archive_->zip == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    data_problem("npz-damaged", file, fmt::format("this is not a sound .npz file: {}", why), "save arrays with np.savez(FILE, calib=...)");
  }
  constexpr size_t kSuffix = 4;  // ".npy"
  const zip_int64_t entries = zip_get_num_entries(archive_->zip.get(), 0);
  for (zip_int64_t i = 0; i < entries; ++i) {
    const char* raw = zip_get_name(archive_->zip.get(), static_cast<zip_uint64_t>(i), 0);
    if (raw == nullptr) continue;
    std::string name = raw;
    if (name.size() <= kSuffix || name.compare(name.size() - kSuffix, kSuffix, ".npy") != 0) continue;
    name.resize(name.size() - kSuffix);
    if (archive_->index.emplace(name, static_cast<zip_uint64_t>(i)).second) names_.push_back(name);
  }
}
NpzStreams::~NpzStreams() = default;

bool NpzStreams::has(const std::string& name) const { return archive_->index.count(name) != 0; }

std::unique_ptr<ArrayStream> NpzStreams::open(const std::string& name) const {
  const auto found = archive_->index.find(name);
  if (found == archive_->index.end()) {
    data_problem(
        "npz-array-missing", file_,
        fmt::format("there is no array '{}'; the file has {}", name, names_.empty() ? "none" : fmt::format("{}", fmt::join(names_, ", "))));
  }
  return std::make_unique<NpzMember>(archive_, file_, name, found->second);
}

std::vector<int64_t> read_labels(ArrayStream& array, const std::string& file) {
  const NpyHeader& h = array.header();
  const bool column = h.shape.size() == 2 && h.shape[1] == 1, one_hot = h.shape.size() == 2 && h.shape[1] > 1;
  const bool ordered = !h.fortran_order || h.shape.size() < 2;
  if (!(h.shape.size() == 1 || column || one_hot) || !ordered || h.count() > kMostLabels) {
    data_problem("labels-shape", file, fmt::format("{} holds labels but has the shape {}", array.label(), shape_text(h.shape)),
                 "save one class number a sample, or one-hot rows in C order");
  }
  const size_t each = one_hot ? h.shape[1] : 1, rows = h.shape[0];
  std::vector<uint8_t> raw(each * type_bytes(h.type));
  std::vector<double> row(each);
  std::vector<int64_t> out;
  out.reserve(rows);
  for (size_t i = 0; i < rows; ++i) {
    array.read(raw);
    if (h.big_endian) swap_elements(raw, type_bytes(h.type));
    for (size_t k = 0; k < each; ++k) row[k] = element(h.type, raw.data(), k);
    if (one_hot) {
      out.push_back(std::max_element(row.begin(), row.end()) - row.begin());
      continue;
    }
    if (row[0] != std::floor(row[0]) || std::fabs(row[0]) > 1e9) {
      data_problem("labels-value", file, fmt::format("{}: label {} is {}, which is no class number", array.label(), i, row[0]),
                   "save integers, counted from 0");
    }
    out.push_back(static_cast<int64_t>(row[0]));
  }
  array.rewind();
  return out;
}

}  // namespace midge
