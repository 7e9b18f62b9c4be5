// See npz.h. The zip format itself is libzip's business.
#include "report/npz.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zip.h>

#include <algorithm>

#include "report/diagnostic.h"

namespace midge {
namespace {

constexpr char kSuffix[] = ".npy";
constexpr size_t kSuffixLength = 4;
constexpr uint64_t kMaxArrayBytes = uint64_t{1} << 31;
constexpr uint64_t kMaxDeflateRatio = 1032;  // what one byte of a deflate stream can expand to

struct ArchiveClosed {
  void operator()(zip_t* z) const { zip_discard(z); }
};
struct EntryClosed {
  void operator()(zip_file_t* f) const { zip_fclose(f); }
};
using ArchiveHandle = std::unique_ptr<zip_t, ArchiveClosed>;
using EntryHandle = std::unique_ptr<zip_file_t, EntryClosed>;

bool ends_with_npy(const std::string& s) {
  return s.size() > kSuffixLength && s.compare(s.size() - kSuffixLength, kSuffixLength, kSuffix) == 0;
}

}  // namespace

struct NpzReader::Archive {
  ArchiveHandle zip;
  std::map<std::string, zip_uint64_t> index;
};

NpzReader::~NpzReader() = default;
NpzReader::NpzReader(NpzReader&&) noexcept = default;

void NpzReader::fail(const char* id, const std::string& message, const std::string& hint) const {
  Diagnostic d;
  d.id = id, d.message = message, d.hint = hint, d.file = file_;
  throw DiagnosticError(d, 2);
}

NpzReader::NpzReader(std::vector<uint8_t> bytes, std::string file)
    : file_(std::move(file)), bytes_(std::move(bytes)), archive_(std::make_unique<Archive>()) {
  constexpr char kHowTo[] = "save arrays with np.savez(FILE, in0=...)";
  if (bytes_.size() > 6 && bytes_[0] == 0x93 && bytes_[1] == 'N')
    fail("npz-is-npy", "this is an .npy file with one array, not an .npz", kHowTo);
  if (bytes_.size() < 4 || bytes_[0] != 'P' || bytes_[1] != 'K') fail("npz-not-zip", "this is not an .npz file", kHowTo);
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes_.data(), bytes_.size(), 0, &error);
  if (source != nullptr) archive_->zip.reset(zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error));
  if (archive_->zip == nullptr) {
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    if (source != nullptr) zip_source_free(source);
    fail("npz-damaged", fmt::format("the .npz file is damaged: {}", why), "transfer or save it again");
  }
  const zip_int64_t entries = zip_get_num_entries(archive_->zip.get(), 0);
  for (zip_int64_t i = 0; i < entries; ++i) {
    const char* raw = zip_get_name(archive_->zip.get(), static_cast<zip_uint64_t>(i), 0);
    if (raw == nullptr || !ends_with_npy(raw)) continue;
    const std::string name(raw, std::string(raw).size() - kSuffixLength);
    if (archive_->index.emplace(name, static_cast<zip_uint64_t>(i)).second) names_.push_back(name);
  }
}

bool NpzReader::has(const std::string& name) const { return archive_->index.count(name) != 0; }

NpyArray NpzReader::get(const std::string& name) const {
  const auto found = archive_->index.find(name);
  if (found == archive_->index.end()) {
    fail("npz-array-missing",
         fmt::format("there is no array '{}'; the file has {}", name, names_.empty() ? "none" : fmt::format("{}", fmt::join(names_, ", "))));
  }
  zip_stat_t stat;
  const auto damaged = [&](const std::string& why) {
    fail("npz-damaged", fmt::format("array '{}' cannot be read: {}", name, why), "transfer or save the file again");
  };
  zip_t* const zip = archive_->zip.get();
  if (zip_stat_index(zip, found->second, 0, &stat) != 0) damaged(zip_strerror(zip));
  // The size that the directory announces bounds what is read, and the compressed size bounds what can be true.
  if (stat.size > kMaxArrayBytes) fail("npz-too-large", fmt::format("array '{}' has {} bytes; at most 2 GiB are read", name, stat.size));
  if (stat.size > stat.comp_size * kMaxDeflateRatio + 64) damaged("its announced size cannot be right");
  const EntryHandle entry(zip_fopen_index(zip, found->second, 0));
  if (entry == nullptr) damaged(zip_strerror(zip));
  std::vector<uint8_t> content(stat.size);
  size_t at = 0;
  while (at < content.size()) {
    const zip_int64_t n = zip_fread(entry.get(), content.data() + at, content.size() - at);
    if (n < 0) damaged(zip_file_strerror(entry.get()));
    if (n == 0) damaged("it ends early");
    at += static_cast<size_t>(n);
  }
  uint8_t more;
  const zip_int64_t rest = zip_fread(entry.get(), &more, 1);  // reaching the end checks the CRC
  if (rest < 0) damaged(zip_file_strerror(entry.get()));
  if (rest > 0) damaged("it is longer than announced");
  try {
    return parse_npy(content);
  } catch (const NpyError& e) {
    fail("npz-array", fmt::format("array '{}' {}", name, e.what()));
  }
}

std::vector<uint8_t> format_npz(const std::vector<std::pair<std::string, NpyArray>>& arrays) {
  zip_error_t error;
  zip_error_init(&error);
  const auto check = [&](bool ok, const char* what) {
    if (!ok) throw std::runtime_error(fmt::format("writing an .npz file: {}", what));
  };
  std::vector<std::vector<uint8_t>> files;  // libzip reads them when the archive is closed
  files.reserve(arrays.size());
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  check(target != nullptr, "no memory");
  zip_source_keep(target);  // one reference is the archive's, one ours
  const std::unique_ptr<zip_source_t, void (*)(zip_source_t*)> kept(target, zip_source_free);
  ArchiveHandle zip(zip_open_from_source(target, ZIP_TRUNCATE, &error));
  check(zip != nullptr, zip_error_strerror(&error));
  for (const auto& [name, array] : arrays) {
    files.push_back(format_npy(array));
    zip_source_t* source = zip_source_buffer(zip.get(), files.back().data(), files.back().size(), 0);
    check(source != nullptr, zip_strerror(zip.get()));
    const zip_int64_t index = zip_file_add(zip.get(), (name + kSuffix).c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) zip_source_free(source);
    check(index >= 0, zip_strerror(zip.get()));
    check(zip_set_file_compression(zip.get(), static_cast<zip_uint64_t>(index), ZIP_CM_DEFLATE, 6) == 0, zip_strerror(zip.get()));
    // 1 January 1980, the earliest a zip can say: a file's bytes do not depend on when it was written.
    check(zip_file_set_dostime(zip.get(), static_cast<zip_uint64_t>(index), 0, 0x21, 0) == 0, zip_strerror(zip.get()));
  }
  check(zip_close(zip.get()) == 0, zip_strerror(zip.get()));
  (void)zip.release();  // closed: nothing to discard

  std::vector<uint8_t> out;
  zip_stat_t stat;
  check(zip_source_stat(target, &stat) == 0 && (stat.valid & ZIP_STAT_SIZE) != 0, "no size");
  out.resize(stat.size);
  check(zip_source_open(target) == 0, "cannot read back");
  const zip_int64_t n = zip_source_read(target, out.data(), out.size());
  zip_source_close(target);
  check(n == static_cast<zip_int64_t>(out.size()), "cannot read back");
  return out;
}

}  // namespace midge
