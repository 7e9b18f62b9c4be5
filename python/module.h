// The parts of the _midge module that lie in files of their own.
#pragma once
#include <nanobind/nanobind.h>

namespace midge {

/// Each in the file of its name.
void add_compiler(nanobind::module_& module);
void add_convert(nanobind::module_& module);
void add_image(nanobind::module_& module);
void add_preprocess(nanobind::module_& module);
void add_quantize(nanobind::module_& module);
void add_graph_builder(nanobind::module_& module);

}  // namespace midge
