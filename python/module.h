// The parts of the _midge module that lie in files of their own.
#pragma once
#include <nanobind/nanobind.h>

namespace midge {

/// image.cc
void add_image(nanobind::module_& module);

}  // namespace midge
