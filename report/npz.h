// The .npz format: a zip file of .npy arrays. Reading trusts nothing in the file; writing is deterministic.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "report/npy.h"

namespace midge {

/// An .npz file that is being read. Arrays are decoded when asked for, so that one of a dtype that is not supported does no
/// harm to the others.
class NpzReader {
 public:
  /// Keeps the bytes; `file` stands in messages. DiagnosticError (exit 2) if they are not a sound zip file.
  NpzReader(std::vector<uint8_t> bytes, std::string file);
  ~NpzReader();
  NpzReader(NpzReader&&) noexcept;

  const std::vector<std::string>& names() const { return names_; }  ///< without ".npy", in the file's order
  bool has(const std::string& name) const;
  /// DiagnosticError (exit 2) if there is no such array, if it is damaged, or if it is not supported (see npy.h).
  NpyArray get(const std::string& name) const;
  const std::string& file() const { return file_; }

 private:
  struct Archive;
  [[noreturn]] void fail(const char* id, const std::string& message, const std::string& hint = "") const;

  std::string file_;
  std::vector<uint8_t> bytes_;
  std::unique_ptr<Archive> archive_;
  std::vector<std::string> names_;
};

/// The bytes of an .npz file with these arrays, deflated. The same arrays give the same bytes.
std::vector<uint8_t> format_npz(const std::vector<std::pair<std::string, NpyArray>>& arrays);

}  // namespace midge
