// _midge: what Python needs of HostModel. Arrays cross as bytes; shapes and types are the Python side's business.
#include "python/module.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cstring>

#include "verify/host_model.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace midge {
namespace {

std::vector<int> dims_of(const Shape& s) { return std::vector<int>(s.dims, s.dims + s.rank); }

/// One tensor as Python sees it: a dict of plain values.
nb::dict tensor_info(HostModel& m, uint32_t i) {
  if (i >= m.model().tensor_count()) throw nb::index_error("there is no tensor of that index");
  const Tensor t = m.model().tensor(i);
  const Quantization& q = t.quantization;
  std::vector<float> scales;
  std::vector<int> zeros;
  for (uint32_t k = 0; k < q.count; ++k) {
    scales.push_back(q.scale(k));
    zeros.push_back(q.zero_point(k));
  }
  const Shape signature = m.model().shape_signature(i);
  nb::dict d;
  d["name"] = to_string(m.model().tensor_name(i));
  d["type"] = type_name(t.type);
  d["shape"] = dims_of(m.shape(i));
  d["signature"] = dims_of(signature.rank == t.shape.rank ? signature : t.shape);
  d["scales"] = scales;
  d["zero_points"] = zeros;
  d["dimension"] = q.dimension;
  d["constant"] = t.constant();
  d["variable"] = t.is_variable;
  return d;
}

TensorView view(HostModel& m, int32_t i) { return m.allocated() ? m.interpreter().tensor(i) : TensorView(); }

nb::object read(HostModel& m, int32_t i) {
  const TensorView t = view(m, i);
  if (t.data == nullptr) return nb::none();
  return nb::bytes(static_cast<const char*>(t.data), t.bytes);
}

bool write(HostModel& m, int32_t i, nb::bytes bytes) {
  const TensorView t = view(m, i);
  if (t.data == nullptr || t.info.constant() || t.bytes != bytes.size()) return false;
  std::memcpy(t.data, bytes.c_str(), bytes.size());
  return true;
}

std::vector<int> indices(const Indices& list) {
  std::vector<int> out;
  for (uint32_t i = 0; i < list.count; ++i) out.push_back(list[i]);
  return out;
}

}  // namespace
}  // namespace midge

NB_MODULE(_midge, module) {
  using midge::HostModel;
  module.attr("__version__") = MIDGE_VERSION;
  static nb::exception<midge::DiagnosticError> error(module, "DiagnosticError");
  nb::class_<HostModel>(module, "HostModel")
      .def("__init__",
           [](HostModel* self, nb::bytes content, const std::string& name, const std::string& contract) {
             const auto* data = reinterpret_cast<const uint8_t*>(content.c_str());
             new (self) HostModel({data, content.size()}, name, contract == "tflm" ? midge::Contract::kTflm : midge::Contract::kLitert);
           })
      .def("allocate", &HostModel::allocate, "keep_all"_a)
      .def("allocated", &HostModel::allocated)
      .def("invoke", &HostModel::invoke, nb::call_guard<nb::gil_scoped_release>())
      .def("reset_variables", &HostModel::reset_variables)
      .def("resize_input", &HostModel::resize_input)
      .def("tensor_info", midge::tensor_info)
      .def("read", midge::read)
      .def("write", midge::write)
      .def("tensor_count", [](HostModel& m) { return m.model().tensor_count(); })
      .def("inputs", [](HostModel& m) { return midge::indices(m.model().inputs()); })
      .def("outputs", [](HostModel& m) { return midge::indices(m.model().outputs()); })
      .def("arena_used_bytes", [](HostModel& m) { return m.allocated() ? m.interpreter().arena_used_bytes() : 0; });
  module.def("read_file", [](const std::string& path) {
    const std::vector<uint8_t> bytes = midge::read_file(path);
    return nb::bytes(bytes.data(), bytes.size());
  });
  midge::add_image(module);
  midge::add_compiler(module);
  midge::add_convert(module);
  midge::add_graph_builder(module);
  midge::add_preprocess(module);
  midge::add_quantize(module);
}
