// An HDF5 file in memory, read only: groups, text attributes, arrays of floats. Every size is checked before memory is taken.
#pragma once
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "compiler/ir/graph.h"

namespace midge::keras {

struct Array {
  ir::Dims dims;
  std::vector<float> values;
};

/// The file is damaged, or holds what is not read; what() says which object and why.
struct Hdf5Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Hdf5 {
 public:
  /// Copies the bytes. Hdf5Error if they are no HDF5 file.
  explicit Hdf5(std::span<const uint8_t> bytes);
  ~Hdf5();
  Hdf5(const Hdf5&) = delete;
  Hdf5& operator=(const Hdf5&) = delete;

  /// Every part of the path is there.
  bool has(const std::string& path) const;
  bool has_attribute(const std::string& path, const std::string& name) const;
  /// A text attribute, or a list of them.
  std::vector<std::string> texts(const std::string& path, const std::string& name) const;
  /// A dataset of float16, float32 or float64, or of integers, as float32.
  Array floats(const std::string& path) const;

 private:
  int64_t file_ = -1;
  mutable uint64_t read_ = 0;  ///< bytes so far: a file cannot make us read one dataset for ever
};

}  // namespace midge::keras
