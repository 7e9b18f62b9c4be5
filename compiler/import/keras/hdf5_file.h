// An HDF5 file in memory: groups, text attributes, arrays of numbers. Over the HDF5 library; what a file claims is checked here.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace midge::keras {

struct Array {
  std::vector<int64_t> dims;
  std::vector<float> values;
};

class Hdf5File {
 public:
  /// Keeps a copy of the bytes. DiagnosticError (exit 1) if they are no HDF5 file.
  Hdf5File(std::span<const uint8_t> bytes, std::string file);
  ~Hdf5File();
  Hdf5File(const Hdf5File&) = delete;
  Hdf5File& operator=(const Hdf5File&) = delete;

  bool exists(const std::string& path) const;
  /// A text attribute of a group; nothing if it has none of that name.
  std::optional<std::string> text(const std::string& path, const std::string& attribute) const;
  /// An attribute that is a list of texts; empty if there is none.
  std::vector<std::string> texts(const std::string& path, const std::string& attribute) const;
  /// A dataset of numbers as floats. DiagnosticError (exit 1) if it is missing, of another kind, or larger than the file can hold.
  Array array(const std::string& path) const;

 private:
  [[noreturn]] void fail(const std::string& message) const;

  std::string file_;
  size_t bytes_;
  int64_t id_ = -1;
};

}  // namespace midge::keras
