#include "compiler/import/keras/hdf5.h"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>

namespace midge::keras {
namespace {

constexpr uint64_t kMostBytes = uint64_t{1} << 31;  // of all arrays together
constexpr size_t kMostRank = 6;
constexpr size_t kMostText = size_t{1} << 26;
constexpr size_t kMostTexts = size_t{1} << 16;

/// An identifier of the library, closed by its own function.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  operator hid_t() const { return id_; }
  bool ok() const { return id_ >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

[[noreturn]] void fail(const std::string& path, const std::string& why) { throw Hdf5Error(fmt::format("'{}' {}", path, why)); }

void require(bool ok, const std::string& path, const char* why) {
  if (!ok) fail(path, why);
}

std::string trimmed(const char* text, size_t length) { return {text, static_cast<size_t>(std::find(text, text + length, '\0') - text)}; }

}  // namespace

Hdf5::Hdf5(std::span<const uint8_t> bytes) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // errors are ours to tell
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  // The image is copied by the library, which is why the const may go.
  if (access.ok() && H5Pset_fapl_core(access, size_t{1} << 16, 0) >= 0 &&
      H5Pset_file_image(access, const_cast<uint8_t*>(bytes.data()), bytes.size()) >= 0) {
    file_ = H5Fopen("memory", H5F_ACC_RDONLY, access);
  }
  if (file_ < 0) throw Hdf5Error("this is no HDF5 file, or it is damaged");
}

Hdf5::~Hdf5() {
  if (file_ >= 0) H5Fclose(file_);
}

bool Hdf5::has(const std::string& path) const {
  for (size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    if (H5Lexists(file_, path.substr(0, at).c_str(), H5P_DEFAULT) <= 0) return false;
  }
  return path == "/" || (H5Lexists(file_, path.c_str(), H5P_DEFAULT) > 0 && H5Oexists_by_name(file_, path.c_str(), H5P_DEFAULT) > 0);
}

bool Hdf5::has_attribute(const std::string& path, const std::string& name) const {
  return has(path) && H5Aexists_by_name(file_, path.c_str(), name.c_str(), H5P_DEFAULT) > 0;
}

std::vector<std::string> Hdf5::texts(const std::string& path, const std::string& name) const {
  const std::string where = path + "@" + name;
  const Handle attribute(H5Aopen_by_name(file_, path.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  require(attribute.ok(), where, "is missing");
  const Handle type(H5Aget_type(attribute), H5Tclose), space(H5Aget_space(attribute), H5Sclose);
  require(type.ok() && space.ok(), where, "is damaged");
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  if (count == 0) return {};
  if (H5Tget_class(type) != H5T_STRING) {
    require(count <= 0, where, "is no text");
    return {};
  }
  require(count > 0 && static_cast<size_t>(count) <= kMostTexts, where, "has too many entries");
  std::vector<std::string> out;
  if (H5Tis_variable_str(type) > 0) {
    const Handle memory(H5Tcopy(H5T_C_S1), H5Tclose);
    require(H5Tset_size(memory, H5T_VARIABLE) >= 0 && H5Tset_cset(memory, H5Tget_cset(type)) >= 0, where, "is no text");
    std::vector<char*> raw(static_cast<size_t>(count), nullptr);
    require(H5Aread(attribute, memory, raw.data()) >= 0, where, "cannot be read");
    for (const char* t : raw) out.emplace_back(t == nullptr ? "" : t);
    H5Dvlen_reclaim(memory, space, H5P_DEFAULT, raw.data());
    return out;
  }
  const size_t length = H5Tget_size(type);
  require(length > 0 && length <= kMostText && length * static_cast<size_t>(count) <= kMostText, where, "is too long");
  std::vector<char> raw(length * static_cast<size_t>(count));
  require(H5Aread(attribute, type, raw.data()) >= 0, where, "cannot be read");
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) out.push_back(trimmed(raw.data() + i * length, length));
  return out;
}

Array Hdf5::floats(const std::string& path) const {
  require(has(path), path, "is missing");
  const Handle set(H5Dopen2(file_, path.c_str(), H5P_DEFAULT), H5Dclose);
  require(set.ok(), path, "is no array");
  const Handle type(H5Dget_type(set), H5Tclose), space(H5Dget_space(set), H5Sclose);
  require(type.ok() && space.ok(), path, "is damaged");
  const H5T_class_t kind = H5Tget_class(type);
  require((kind == H5T_FLOAT || kind == H5T_INTEGER) && H5Tget_size(type) <= 8, path, "is no array of numbers");
  const int rank = H5Sget_simple_extent_ndims(space);
  require(rank >= 0 && rank <= static_cast<int>(kMostRank), path, "has too many dimensions");
  hsize_t sizes[kMostRank] = {};
  require(rank == 0 || H5Sget_simple_extent_dims(space, sizes, nullptr) == rank, path, "is damaged");
  Array out;
  uint64_t count = 1;
  for (int i = 0; i < rank; ++i) {
    require(sizes[i] > 0 && sizes[i] <= kMostBytes && count * sizes[i] <= kMostBytes / sizeof(float), path, "is empty or too large");
    count *= sizes[i];
    out.dims.push_back(static_cast<int32_t>(sizes[i]));
  }
  read_ += count * sizeof(float);
  require(read_ <= kMostBytes, path, "does not fit: the weights are more than 2 GB");
  out.values.resize(count);
  require(H5Dread(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, out.values.data()) >= 0, path, "cannot be read");
  return out;
}

}  // namespace midge::keras
