// The beginning of a source.
#pragma once
#include "compiler/data/samples.h"

namespace midge {

/// The first `most` samples of a source, or all if it has fewer.
std::unique_ptr<SampleSource> first_samples(std::unique_ptr<SampleSource> source, uint64_t most);

}  // namespace midge
