// A conversion as data and as text: what `midge convert` prints and Python returns.
#pragma once
#include "compiler/driver.h"
#include "report/diagnostic_json.h"
#include "report/terminal.h"

namespace midge {

/// bytes, sha256, operators, macs, constant_bytes, input_permutations, output_permutations, calibration, stages[], trials[], reason, evaluation, warnings[].
Json to_json(const Converted& converted);

/// The stages, the recipes that were tried, the errors; several lines.
std::string to_text(const Converted& converted, const Terminal& terminal);

/// A name of --quantize: int8, int16x8, int4, dynamic, float16, float32. False if it is none.
bool scheme_of(const std::string& name, Scheme* scheme);
/// Their names, in the order of the help.
std::vector<std::string> scheme_names();
/// The scheme quantises activations, and so needs samples.
bool needs_samples(Scheme scheme);

}  // namespace midge
