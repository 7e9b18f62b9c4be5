// Where a layer's weights lie in a file.
#pragma once
#include <memory>

#include "compiler/import/keras/hdf5_file.h"

namespace midge::keras {

/// The weights of the layers of one model, in each layer's own order (kernel, bias; gamma, beta, mean, variance).
class Weights {
 public:
  virtual ~Weights() = default;
  /// A container's layers are told in their order, so that names that count can be made: call once a layer, in the order of the config.
  virtual std::string locate(const std::string& container, const std::string& class_name, const std::string& layer_name) = 0;
  /// Of what locate() gave.
  virtual std::vector<Array> read(const std::string& place) const = 0;
};

/// model.weights.h5 of an archive: layers/<class in snake case, counted>/vars/<n>.
std::unique_ptr<Weights> archive_weights(std::unique_ptr<Hdf5File> file);
/// An .h5 file: model_weights/<layer>, and the list weight_names.
std::unique_ptr<Weights> legacy_weights(std::unique_ptr<Hdf5File> file);

}  // namespace midge::keras
