// The samples that a model is run on: arrays in0, in1, ... of an .npz file, or pseudo-random data.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "report/npz.h"
#include "verify/host_model.h"

namespace midge::cli {

struct Samples {
  uint64_t count = 0;
  std::vector<NpyArray> inputs;  ///< one a graph input: samples first, then the tensor's own shape
};

/// Reads in0, in1, ... DiagnosticError (exit 2) that says what was given and what is needed, where they do not fit the model.
Samples read_samples(const NpzReader& npz, const Model& model);

/// One sample: floats in [-1, 1), int8 to int16 over their whole range, wider integers from 0 to 9. The same seed gives the
/// same data everywhere.
Samples random_samples(const Model& model, uint64_t seed);

/// The array of that name, checked to be `count` samples of the tensor; count 0: any number but none.
NpyArray read_matching(const NpzReader& npz, const std::string& name, const Model& model, uint32_t tensor, uint64_t count);

/// DiagnosticError (exit 2) if a tensor of this type cannot be in an .npz file.
void check_npz_type(const Model& model, uint32_t tensor, const std::string& file);

/// samples x the tensor's shape, as an .npz array's.
std::vector<uint64_t> sample_shape(uint64_t samples, const Shape& shape);

}  // namespace midge::cli
