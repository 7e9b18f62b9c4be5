// The .npy format: the header in front of an array's bytes, and an array in memory.
//
// Layout of a file: "\x93NUMPY", version (1, 2 or 3), header length (2 bytes in version 1, else 4, little-endian), a Python
// dictionary literal with descr, fortran_order and shape, then the elements. parse_npy() takes only little-endian arrays in C order;
// who reads an array in parts has the header and may do better.
#pragma once
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "model/schema.h"

namespace midge {

/// An array in C order. `type` is one of int8 uint8 int16 uint16 int32 uint32 int64 uint64 float16 float32 float64 bool.
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

/// What stands in front of the elements.
struct NpyHeader {
  Type type = Type::kNone;
  bool big_endian = false;
  bool fortran_order = false;  ///< and it matters: two dimensions at least are not 1
  std::vector<uint64_t> shape;
  uint64_t offset = 0, bytes = 0;  ///< of the elements in the file

  uint64_t count() const { return type_bytes(type) == 0 ? 0 : bytes / type_bytes(type); }
};

/// The header at the start of a file of `file_bytes` bytes, of which `start` has the first ones. The shape accounts for every byte
/// that follows, and its products do not overflow. NpyError otherwise, or if the header does not end within `start`.
NpyHeader parse_npy_header(std::span<const uint8_t> start, uint64_t file_bytes);

/// True for the element types that an .npy file can hold here.
bool npy_type_supported(Type type);

/// Decodes a whole .npy file. Nothing in it is trusted: the shape must account for every byte. NpyError otherwise.
NpyArray parse_npy(std::span<const uint8_t> file);

/// The .npy file (version 1) of an array. The array must be consistent.
std::vector<uint8_t> format_npy(const NpyArray& array);

/// "(4,1,49,10,1)", as NumPy shows a shape.
std::string shape_text(std::span<const uint64_t> shape);

}  // namespace midge
