// The parts of the _midge module that lie in files of their own.
#pragma once
#include <nanobind/nanobind.h>

namespace midge {

/// In image.cc and preprocess.cc.
void add_image(nanobind::module_& module);
void add_preprocess(nanobind::module_& module);

/// graph_builder.cc
void add_graph_builder(nanobind::module_& module);

}  // namespace midge
