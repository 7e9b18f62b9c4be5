// What a Keras file holds: the configuration as JSON, the version, and the weights of each layer in Keras' own order.
#pragma once
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "compiler/import/keras/hdf5.h"

namespace midge::keras {

using Json = nlohmann::json;

class Archive {
 public:
  /// DiagnosticError (exit 1) if it cannot be read.
  Archive(std::span<const uint8_t> bytes, const std::string& file);

  const Json& config() const { return config_; }
  int version() const { return version_; }  ///< 2 or 3: defaults of some layers differ
  bool legacy() const { return legacy_; }   ///< .h5: weights by name, not by path

  /// Of a layer of an archive: path is "layers/conv2d".
  std::vector<Array> by_path(const std::string& path) const;
  /// Of a layer of an .h5 file: top is the layer of the outermost model that it is or lies in.
  std::vector<Array> by_name(const std::string& top, const std::string& layer) const;

 private:
  void open_zip(std::span<const uint8_t> bytes);
  void open_hdf5(std::span<const uint8_t> bytes);
  [[noreturn]] void fail(const std::string& message, const std::string& hint = "transfer or save it again") const;

  std::string file_;
  Json config_;
  int version_ = 3;
  bool legacy_ = false;
  std::string root_;  ///< of the weights in an .h5 file
  std::unique_ptr<Hdf5> weights_;
};

}  // namespace midge::keras
