// Raw data for `midge verify --raw`: pictures or sound that the target prepares by the declared preprocessing.
#pragma once
#include <string>
#include <vector>

#include "verify/verify.h"

namespace midge::cli {

struct RawSamples {
  RawInput input;
  std::vector<std::vector<uint8_t>> raw;       ///< as they go over the wire
  std::vector<std::vector<uint8_t>> prepared;  ///< the model's input, by this machine
};

/// The first `most` files of a folder, or one file. DiagnosticError (exit 2): nothing is declared for the model, the declaration does not
/// fit it, the model has several inputs, or a file cannot be read.
RawSamples read_raw_samples(const std::string& where, const std::string& model_path, const HostModel& model, uint64_t most);

}  // namespace midge::cli
