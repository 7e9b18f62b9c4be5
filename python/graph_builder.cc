// _midge.GraphBuilder: a network from Python, operator by operator, to the bytes of a .tflite file. midge.torch exports with it, and
// makes the one-operator models with which it asks the device's kernels for their tables.
#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "compiler/emit/tflite.h"
#include "compiler/ir/graph.h"
#include "compiler/ir/options.h"
#include "python/module.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace midge {
namespace {

using PythonOption = std::variant<int64_t, double, std::vector<int32_t>>;

Type type_of(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(Type::kUint4); ++i) {
    if (name == type_name(static_cast<Type>(i))) return static_cast<Type>(i);
  }
  throw std::invalid_argument("unknown type '" + name + "'");
}

/// What is given to it is checked as a file's contents would be: the caller is code, but a mistake must not become a damaged file.
class GraphBuilder {
 public:
  explicit GraphBuilder(const std::string& name) {
    module_.graphs.emplace_back();
    graph().name = name;
  }

  /// A tensor's index. `data`: the elements of a constant; None where the tensor is computed.
  int32_t add_tensor(const std::string& name, const std::string& type, const std::vector<int32_t>& dims, const std::vector<float>& scales,
                     const std::vector<int64_t>& zero_points, int32_t dimension, nb::object data) {
    ir::Tensor t;
    t.name = name;
    t.type = type_of(type);
    t.dims = dims;
    for (const int32_t d : dims) {
      if (d < 1) throw std::invalid_argument("tensor '" + name + "' has a dimension of " + std::to_string(d));
    }
    if (scales.size() != zero_points.size()) throw std::invalid_argument("tensor '" + name + "' has not as many zero points as scales");
    if (scales.size() > 1 && (dimension < 0 || dimension >= static_cast<int32_t>(dims.size()) ||
                              dims[static_cast<size_t>(dimension)] != static_cast<int32_t>(scales.size()))) {
      throw std::invalid_argument("tensor '" + name + "' has not as many scales as channels");
    }
    t.quantization = {scales, zero_points, dimension};
    if (!data.is_none()) {
      const nb::bytes bytes = nb::cast<nb::bytes>(data);
      const auto* begin = reinterpret_cast<const uint8_t*>(bytes.c_str());
      t.data = std::make_shared<ir::Bytes>(begin, begin + bytes.size());
      if (t.data->size() != t.bytes()) throw std::invalid_argument("tensor '" + name + "' has not as many bytes as its shape says");
    }
    return graph().add(std::move(t));
  }

  /// `op`: the format's name, as "CONV_2D". Options by the names of compiler/ir/options.def.
  void add_op(const std::string& op, const std::vector<int32_t>& inputs, const std::vector<int32_t>& outputs,
              const std::map<std::string, PythonOption>& options, const std::string& source) {
    ir::Op o;
    if (!ir::builtin_of(op, &o.code)) throw std::invalid_argument("there is no operator '" + op + "'");
    check_indices(inputs, -1);
    check_indices(outputs, 0);
    o.inputs = inputs;
    o.outputs = outputs;
    o.source = source;
    for (const auto& [name, value] : options) {
      if (ir::find_option(o.code, name) == nullptr) throw std::invalid_argument(op + " has no option '" + name + "'");
      std::visit([&, &key = name](const auto& v) { o.set(key, v); }, value);
    }
    graph().ops.push_back(std::move(o));
  }

  nb::bytes finish(const std::vector<int32_t>& inputs, const std::vector<int32_t>& outputs, const std::string& description,
                   const std::map<std::string, nb::bytes>& metadata) {
    check_indices(inputs, 0);
    check_indices(outputs, 0);
    graph().inputs = inputs;
    graph().outputs = outputs;
    module_.description = description;
    for (const auto& [name, value] : metadata) {
      const auto* begin = reinterpret_cast<const uint8_t*>(value.c_str());
      module_.metadata[name] = ir::Bytes(begin, begin + value.size());
    }
    const ir::Bytes file = emit_tflite(module_);
    return nb::bytes(file.data(), file.size());
  }

 private:
  ir::Graph& graph() { return module_.main(); }
  void check_indices(const std::vector<int32_t>& list, int32_t least) {
    for (const int32_t i : list) {
      if (i < least || i >= static_cast<int32_t>(graph().tensors.size()))
        throw std::invalid_argument("there is no tensor " + std::to_string(i));
    }
  }

  ir::Module module_;
};

}  // namespace

void add_graph_builder(nb::module_& module) {
  nb::class_<GraphBuilder>(module, "GraphBuilder")
      .def(nb::init<const std::string&>(), "name"_a)
      .def("add_tensor", &GraphBuilder::add_tensor, "name"_a, "type"_a, "dims"_a, "scales"_a, "zero_points"_a, "dimension"_a, "data"_a.none())
      .def("add_op", &GraphBuilder::add_op, "op"_a, "inputs"_a, "outputs"_a, "options"_a, "source"_a)
      .def("finish", &GraphBuilder::finish, "inputs"_a, "outputs"_a, "description"_a, "metadata"_a);
}

}  // namespace midge
