// What Python needs of compiler/: a model file in, the bytes of a .tflite file out.
#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "compiler/emit/tflite.h"
#include "compiler/import/import.h"
#include "python/module.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace midge {
namespace {

nb::tuple import_to_tflite(const std::string& path, const std::map<std::string, std::vector<int32_t>>& input_dims) {
  const Imported imported = import_model(path, {input_dims});
  const ir::Bytes bytes = emit_tflite(imported.module);
  nb::list warnings;
  for (const Diagnostic& d : imported.warnings) warnings.append(nb::str(d.line().c_str()));
  return nb::make_tuple(nb::bytes(bytes.data(), bytes.size()), warnings);
}

}  // namespace

void add_compiler(nb::module_& module) {
  module.def("import_model", &import_to_tflite, "path"_a, "input_dims"_a = std::map<std::string, std::vector<int32_t>>(),
             "A model file of any format that can be imported, as (bytes of a .tflite file, warnings).");
}

}  // namespace midge
