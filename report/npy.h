// The .npy format: the header in front of an array's bytes, and an array in memory.
//
// Layout of a file: "\x93NUMPY", version (1, 2 or 3), header length (2 bytes in version 1, else 4, little-endian), a Python
// dictionary literal with descr, fortran_order and shape, then the elements. Only little-endian arrays in C order are taken.
#pragma once
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "model/schema.h"

namespace midge {

/// An array in C order. `type` is one of int8 uint8 int16 int32 int64 float32 float64 bool.
struct NpyArray {
  Type type = Type::kNone;
  std::vector<uint64_t> shape;
  std::vector<uint8_t> bytes;  ///< elements, little-endian, as many as the shape says

  uint64_t count() const;
};

/// What is wrong with an array, in one line without the file's name.
class NpyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// True for the element types that an .npy file can hold here.
bool npy_type_supported(Type type);

/// Decodes a whole .npy file. Nothing in it is trusted: the shape must account for every byte. NpyError otherwise.
NpyArray parse_npy(std::span<const uint8_t> file);

/// The .npy file (version 1) of an array. The array must be consistent.
std::vector<uint8_t> format_npy(const NpyArray& array);

/// "(4,1,49,10,1)", as NumPy shows a shape.
std::string shape_text(std::span<const uint64_t> shape);

}  // namespace midge
