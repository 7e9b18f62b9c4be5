// Samples from NumPy's files: an array for each graph input, whose first axis counts the samples.
//
// Which array: the one that is named; else for a graph with one input the only one, or the first of calib, x, in0, samples that is
// there; with several inputs in0, in1, ..., or arrays with the inputs' names. Labels are the array labels or y, or one that goes by
// the samples' name: NAME_labels, and y_test for x_test.
#pragma once
#include <memory>

#include "compiler/data/samples.h"

namespace midge {

/// DiagnosticError (exit 2) where the file does not fit. `array`: its name; empty: see above.
std::unique_ptr<SampleSource> open_npz_samples(const std::string& file, const std::string& array, const ir::Module& module);
std::unique_ptr<SampleSource> open_npy_samples(const std::string& file, const ir::Module& module);

}  // namespace midge
