// _midge.convert: the converter. Options and the report cross as JSON text, the file as bytes.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include "compiler/describe.h"
#include "python/module.h"
#include "verify/host_model.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace midge {
namespace {

Type io_type(const Json& options, const char* key) {
  const std::string name = options.at(key);
  if (name == "int8") return Type::kInt8;
  if (name == "uint8") return Type::kUint8;
  if (name == "float32") return Type::kFloat32;
  throw nb::value_error((std::string(key) + " is int8, uint8 or float32").c_str());
}

ConvertOptions read_options(const std::string& text) {
  const Json in = Json::parse(text);
  ConvertOptions out;
  out.calibration = in.at("calibrate");
  out.keep_layout = in.at("keep_layout"), out.optimize = in.at("optimize");
  for (const auto& [name, dims] : in.at("input_shapes").items()) out.import.input_dims[name] = dims.get<ir::Dims>();
  QuantizeOptions& q = out.quantize;
  const std::string recipe = in.at("recipe"), scheme = in.at("quantize");
  if (!recipe.empty()) {
    const std::vector<uint8_t> bytes = read_file(recipe);
    q.recipe = parse_recipe(std::string(bytes.begin(), bytes.end()), recipe);
  } else {
    q.recipe.all.scheme = out.calibration.empty() ? Scheme::kFloat : Scheme::kInt8;
  }
  if (!scheme.empty() && !scheme_of(scheme, &q.recipe.all.scheme)) throw nb::value_error(("unknown quantisation '" + scheme + "'").c_str());
  if (needs_samples(q.recipe.all.scheme) && out.calibration.empty()) {
    throw nb::value_error("quantising activations needs samples: pass calibrate, or quantize='dynamic', which quantises weights only");
  }
  q.input_type = io_type(in, "input_type"), q.output_type = io_type(in, "output_type");
  q.recover = in.at("recover"), q.threads = in.at("threads");
  return out;
}

nb::tuple convert_to_bytes(const std::string& source, const std::string& options) {
  const ConvertOptions read = read_options(options);
  Converted converted;
  {
    nb::gil_scoped_release release;
    converted = convert(source, read);
  }
  return nb::make_tuple(nb::bytes(reinterpret_cast<const char*>(converted.file.data()), converted.file.size()), to_json(converted).dump());
}

}  // namespace

void add_convert(nb::module_& module) { module.def("convert", &convert_to_bytes, "source"_a, "options"_a); }

}  // namespace midge
