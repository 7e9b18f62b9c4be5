// See sample_input.h.
#include "compiler/data/sample_input.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "report/diagnostic.h"

namespace midge {
namespace {

[[noreturn]] void refuse(const ir::Tensor& t, const char* id, const std::string& message, const std::string& hint) {
  Diagnostic d;
  d.id = id, d.tensor_name = t.name, d.message = message, d.hint = hint;
  throw DiagnosticError(d, 1);
}

/// Without dimensions of size 1.
template <class Dims>
std::vector<uint64_t> squeezed(const Dims& dims) {
  std::vector<uint64_t> out;
  for (const auto d : dims) {
    if (d != 1) out.push_back(static_cast<uint64_t>(d));
  }
  return out;
}

std::string with_samples(const ir::Dims& dims) {
  const size_t first = !dims.empty() && dims[0] == 1 ? 1 : 0;
  std::string out = "(N";
  for (size_t i = first; i < dims.size(); ++i) out += fmt::format(",{}", dims[i]);
  return out + (first == dims.size() ? ",)" : ")");
}

}  // namespace

std::vector<SampleInput> sample_inputs(const ir::Module& module) {
  const ir::Graph& graph = module.main();
  std::vector<SampleInput> out;
  for (size_t i = 0; i < graph.inputs.size(); ++i) {
    const ir::Tensor& t = graph[graph.inputs[i]];
    SampleInput input;
    input.name = t.name, input.dims = input.source_dims = t.dims;
    if (std::any_of(t.dims.begin(), t.dims.end(), [](int32_t d) { return d < 0; })) {
      refuse(t, "open-dimension", fmt::format("the input {} has an open dimension", ir::type_and_dims(t)), "give its size");
    }
    const bool real = t.type == Type::kFloat32 || t.type == Type::kFloat16 || t.type == Type::kFloat64 || t.quantization.present();
    input.type = real ? Type::kFloat32 : t.type;
    if (type_bytes(input.type) == 0) refuse(t, "input-type", fmt::format("samples cannot be {}", type_name(t.type)), "use another model");
    if (i < module.io.inputs.size() && module.io.inputs[i].size() == t.dims.size()) {
      input.permutation = module.io.inputs[i];
      for (size_t k = 0; k < t.dims.size(); ++k) input.source_dims[static_cast<size_t>(input.permutation[k])] = t.dims[k];
    }
    input.elements = static_cast<size_t>(t.count());
    if (input.elements == 0)
      refuse(t, "input-empty", fmt::format("the input {} has no elements", ir::type_and_dims(t)), "use another model");
    out.push_back(std::move(input));
  }
  if (out.empty()) {
    Diagnostic d;
    d.id = "no-inputs", d.message = "the model has no inputs, so there is nothing to give samples to", d.hint = "use another model";
    throw DiagnosticError(d, 1);
  }
  return out;
}

std::optional<Gather> fit_sample(const SampleInput& input, std::span<const uint64_t> dims) {
  const std::vector<uint64_t> given = squeezed(dims);
  const bool as_source = given == squeezed(input.source_dims), as_graph = given == squeezed(input.dims);
  Gather gather;
  if (input.permutation.empty() || !as_source) return as_graph ? std::optional(gather) : std::nullopt;

  // The source's strides, in the order of the graph's dimensions.
  const size_t rank = input.dims.size();
  std::vector<uint32_t> source_strides(rank, 1), strides(rank);
  for (size_t i = rank; i-- > 1;) source_strides[i - 1] = source_strides[i] * static_cast<uint32_t>(input.source_dims[i]);
  for (size_t i = 0; i < rank; ++i) strides[i] = source_strides[static_cast<size_t>(input.permutation[i])];
  gather.from.resize(input.elements);
  ir::Dims at(rank, 0);
  bool in_order = true;
  for (size_t i = 0; i < input.elements; ++i) {
    uint32_t from = 0;
    for (size_t k = 0; k < rank; ++k) from += static_cast<uint32_t>(at[k]) * strides[k];
    gather.from[i] = from;
    in_order = in_order && from == i;
    for (size_t k = rank; k-- > 0 && ++at[k] == input.dims[k];) at[k] = 0;
  }
  if (in_order) gather.from.clear();
  return gather;
}

std::string fitting_shapes(const SampleInput& input) {
  const std::string graph = with_samples(input.dims), source = with_samples(input.source_dims);
  return source == graph ? graph : fmt::format("{} or {}", source, graph);
}

}  // namespace midge
