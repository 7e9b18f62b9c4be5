// ArrayStream: one array of an .npy file or an .npz archive, its elements read front to back, so that an array may be larger than
// memory. Stored and deflated members of an archive alike; the zip format is libzip's business.
//
// Files are read, not mapped: pages of a mapping would count as this process's memory, and a file that shrinks meanwhile would kill it.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "report/npy.h"

namespace midge {

class ArrayStream {
 public:
  virtual ~ArrayStream() = default;
  const NpyHeader& header() const { return header_; }
  /// "array 'x'", or "the array" of an .npy file.
  const std::string& label() const { return label_; }
  /// The next elements' bytes, as they are in the file. DiagnosticError (exit 2) where the file ends early or is damaged.
  virtual void read(std::span<uint8_t> out) = 0;
  /// Back to the first element.
  virtual void rewind() = 0;

 protected:
  NpyHeader header_;
  std::string label_;
};

/// DiagnosticError (exit 2) if the file cannot be read, is no .npy file, or its shape does not account for its bytes.
std::unique_ptr<ArrayStream> open_npy(const std::string& file);

/// The arrays of an .npz file.
class NpzStreams {
 public:
  /// DiagnosticError (exit 2) if the file cannot be read or is no sound zip file.
  explicit NpzStreams(const std::string& file);
  ~NpzStreams();

  const std::vector<std::string>& names() const { return names_; }  ///< without ".npy", in the file's order
  bool has(const std::string& name) const;
  /// May be used longer than this object. DiagnosticError (exit 2) if there is no such array or it is damaged.
  std::unique_ptr<ArrayStream> open(const std::string& name) const;
  const std::string& file() const { return file_; }

  struct Archive;

 private:
  std::string file_;
  std::vector<std::string> names_;
  std::shared_ptr<Archive> archive_;
};

/// All elements of an array with one dimension as integers, as labels are: of integers, floats with integral values, or one-hot rows.
/// DiagnosticError (exit 2) for anything else.
std::vector<int64_t> read_labels(ArrayStream& array, const std::string& file);

}  // namespace midge
