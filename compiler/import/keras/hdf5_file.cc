#include "compiler/import/keras/hdf5_file.h"

#include <fmt/format.h>
#include <hdf5.h>

#include "report/diagnostic.h"

namespace midge::keras {
namespace {

/// An identifier of the library, closed at the end.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  operator hid_t() const { return id_; }  // NOLINT: it stands for the identifier

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

constexpr size_t kMostText = size_t{1} << 26;  // of a model's JSON

}  // namespace

Hdf5File::Hdf5File(std::span<const uint8_t> bytes, std::string file) : file_(std::move(file)), bytes_(bytes.size()) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // what goes wrong is said by diagnostics
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fapl_core(access, 1 << 16, 0);
  H5Pset_file_image(access, const_cast<uint8_t*>(bytes.data()), bytes.size());
  id_ = H5Fopen("model.h5", H5F_ACC_RDONLY, access);
  if (id_ < 0) fail("this is not a sound HDF5 file");
}

Hdf5File::~Hdf5File() {
  if (id_ >= 0) H5Fclose(id_);
}

void Hdf5File::fail(const std::string& message) const {
  Diagnostic d;
  d.id = "bad-hdf5", d.file = file_, d.message = message, d.hint = "save the model again";
  throw DiagnosticError(d, 1);
}

bool Hdf5File::exists(const std::string& path) const {
  // The library only looks for the last part: those in front of it must be there.
  for (size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    if (H5Lexists(id_, path.substr(0, at).c_str(), H5P_DEFAULT) <= 0) return false;
  }
  return H5Lexists(id_, path.c_str(), H5P_DEFAULT) > 0;
}

std::vector<std::string> Hdf5File::texts(const std::string& path, const std::string& attribute) const {
  std::vector<std::string> out;
  if (path != "/" && !exists(path)) return out;
  const Handle attr(H5Aopen_by_name(id_, path.c_str(), attribute.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  if (attr < 0) return out;
  const Handle type(H5Aget_type(attr), H5Tclose);
  const Handle space(H5Aget_space(attr), H5Sclose);
  if (type < 0 || space < 0 || H5Tget_class(type) != H5T_STRING) return out;
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  if (count <= 0 || static_cast<size_t>(count) > bytes_) return out;
  if (H5Tis_variable_str(type) > 0) {
    std::vector<char*> list(static_cast<size_t>(count), nullptr);
    const Handle memory(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(memory, H5T_VARIABLE);
    H5Tset_cset(memory, H5Tget_cset(type));
    if (H5Aread(attr, memory, list.data()) < 0) fail(fmt::format("attribute {} of {} cannot be read", attribute, path));
    for (const char* s : list) out.emplace_back(s == nullptr ? "" : s);
    H5Dvlen_reclaim(memory, space, H5P_DEFAULT, list.data());
    return out;
  }
  const size_t size = H5Tget_size(type);
  if (size == 0 || size > kMostText || size * static_cast<size_t>(count) > kMostText)
    fail(fmt::format("attribute {} of {} is too long", attribute, path));
  std::string all(size * static_cast<size_t>(count), '\0');
  if (H5Aread(attr, type, all.data()) < 0) fail(fmt::format("attribute {} of {} cannot be read", attribute, path));
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) out.emplace_back(all.substr(i * size, size).c_str());
  return out;
}

std::optional<std::string> Hdf5File::text(const std::string& path, const std::string& attribute) const {
  std::vector<std::string> all = texts(path, attribute);
  return all.empty() ? std::nullopt : std::optional(std::move(all[0]));
}

Array Hdf5File::array(const std::string& path) const {
  constexpr size_t kMostExpansion = 1024;  // of compressed data
  if (!exists(path)) fail(fmt::format("the weights {} are missing", path));
  const Handle set(H5Dopen2(id_, path.c_str(), H5P_DEFAULT), H5Dclose);
  if (set < 0) fail(fmt::format("{} is not an array", path));
  const Handle type(H5Dget_type(set), H5Tclose);
  const Handle space(H5Dget_space(set), H5Sclose);
  const H5T_class_t kind = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
  if (kind != H5T_FLOAT && kind != H5T_INTEGER) fail(fmt::format("{} does not hold numbers", path));
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 0 || rank > 8) fail(fmt::format("{} has {} dimensions", path, rank));
  std::vector<hsize_t> dims(static_cast<size_t>(rank));
  H5Sget_simple_extent_dims(space, dims.data(), nullptr);
  Array out;
  size_t count = 1;
  for (const hsize_t d : dims) {
    if (d != 0 && count > bytes_ * kMostExpansion / d) fail(fmt::format("{} claims more values than the file can hold", path));
    count *= d;
    out.dims.push_back(static_cast<int64_t>(d));
  }
  out.values.resize(count);
  if (count > 0 && H5Dread(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, out.values.data()) < 0)
    fail(fmt::format("{} cannot be read", path));
  return out;
}

}  // namespace midge::keras
