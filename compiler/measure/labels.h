// Labels from a file of their own: the class of each sample, counted from 0.
#pragma once
#include <string>
#include <vector>

#include "compiler/data/samples.h"

namespace midge {

/// `where`: FILE.npz[:ARRAY] (the array labels or y, or the only one), FILE.npy, a text file with an integer a line, or the name of an
/// array of `data`, where that is an .npz file. DiagnosticError (exit 2) if it cannot be read or holds no whole numbers.
std::vector<int64_t> read_labels(const std::string& where, const std::string& data);

/// The source with these labels instead of its own. read() throws a DiagnosticError (exit 2) where there are fewer labels than
/// samples, or more.
std::unique_ptr<SampleSource> with_labels(std::unique_ptr<SampleSource> source, std::vector<int64_t> labels, std::string labels_name);

}  // namespace midge
