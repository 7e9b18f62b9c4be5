#include "compiler/import/tflite/tflite.h"

#include <algorithm>

#include "compiler/ir/options.h"
#include "model/model.h"
#include "report/diagnostic.h"

namespace midge {
namespace {

ir::Option read_option(const Table& options, const ir::OptionInfo& info) {
  File& file = *options.file();
  switch (info.kind) {
    case ir::OptionKind::kFloat: return static_cast<double>(options.f32(info.field, static_cast<float>(info.fallback)));
    case ir::OptionKind::kInt: return int64_t{options.i32(info.field, static_cast<int32_t>(info.fallback))};
    case ir::OptionKind::kInt64: return int64_t{options.u64_low(info.field)};
    case ir::OptionKind::kInts: {
      const VectorAt v = options.vector(info.field, 4);
      std::vector<int32_t> out(v.count);
      std::memcpy(out.data(), file.data + v.at, out.size() * 4);
      return out;
    }
    case ir::OptionKind::kFloats: {
      const VectorAt v = options.vector(info.field, 4);
      std::vector<float> out(v.count);
      std::memcpy(out.data(), file.data + v.at, out.size() * 4);
      return out;
    }
    case ir::OptionKind::kText: {
      const VectorAt v = options.vector(info.field, 1);
      return std::string(reinterpret_cast<const char*>(file.data + v.at), v.count);
    }
    default: return int64_t{options.u8(info.field, static_cast<uint8_t>(info.fallback))};
  }
}

/// Options at the format's default are left out, so that two ways of writing the same operator are the same here.
bool is_default(const ir::Option& option, const ir::OptionInfo& info) {
  if (const auto* i = std::get_if<int64_t>(&option)) return *i == static_cast<int64_t>(info.fallback);
  if (const auto* d = std::get_if<double>(&option)) return *d == info.fallback;
  return std::visit(
      [](const auto& v) {
        if constexpr (requires { v.empty(); }) return v.empty();
        return false;
      },
      option);
}

ir::Tensor read_tensor(const Model& model, uint32_t i) {
  const Tensor in = model.tensor(i);
  ir::Tensor out;
  out.name = to_string(model.tensor_name(i));
  out.type = in.type;
  // Not the signature, in which exporters leave the batch open: the converter works with the shape that runs.
  out.dims.assign(in.shape.dims, in.shape.dims + in.shape.rank);
  for (uint32_t c = 0; c < in.quantization.count; ++c) {
    out.quantization.scales.push_back(in.quantization.scale(c));
    out.quantization.zero_points.push_back(in.quantization.zero_point(c));
  }
  out.quantization.dimension = in.quantization.dimension;
  if (in.constant()) out.data = std::make_shared<ir::Bytes>(in.data, in.data + in.bytes);
  out.is_variable = in.is_variable;
  return out;
}

std::vector<int32_t> read_indices(const Indices& list) {
  std::vector<int32_t> out;
  for (uint32_t i = 0; i < list.count; ++i) out.push_back(list[i] < 0 ? -1 : list[i] - static_cast<int32_t>(list.first));
  return out;
}

ir::Op read_operator(const Model& model, uint32_t i) {
  const Operator in = model.op(i);
  ir::Op out;
  out.code = static_cast<Builtin>(in.code);
  out.version = in.version;
  out.inputs = read_indices(in.inputs), out.outputs = read_indices(in.outputs), out.intermediates = read_indices(in.intermediates);
  out.custom_name = to_string(in.custom_name);
  out.custom_options.assign(in.custom_options.data, in.custom_options.data + in.custom_options.size);
  if (!in.options.present()) return out;
  for (const ir::OptionInfo& info : ir::options_of(out.code).fields) {
    ir::Option value = read_option(in.options, info);
    if (!is_default(value, info)) out.options[info.name] = std::move(value);
  }
  return out;
}

}  // namespace

ir::Module import_tflite(std::span<const uint8_t> bytes, const std::string& file) {
  constexpr size_t kAlignment = 16;
  // Where the bytes come from may not be aligned, and Model reads in place.
  std::vector<uint8_t> copy(bytes.size() + kAlignment);
  uint8_t* aligned = copy.data() + (kAlignment - reinterpret_cast<uintptr_t>(copy.data()) % kAlignment) % kAlignment;
  std::copy(bytes.begin(), bytes.end(), aligned);
  Model model;
  const Status status = model.open(aligned, bytes.size());
  if (!status.ok()) throw DiagnosticError(describe(status, file), 1);

  ir::Module module;
  module.description = to_string(model.description());
  for (uint32_t g = 0; g < model.subgraph_count(); ++g) {
    const Subgraph in = model.subgraph(g);
    ir::Graph& graph = module.graphs.emplace_back();
    for (uint32_t i = 0; i < in.tensor_count; ++i) graph.tensors.push_back(read_tensor(model, in.first_tensor + i));
    for (uint32_t i = 0; i < in.operator_count; ++i) graph.ops.push_back(read_operator(model, in.first_operator + i));
    graph.inputs = read_indices(in.inputs), graph.outputs = read_indices(in.outputs);
  }
  for (uint32_t i = 0; i < model.metadata_count(); ++i) {
    const std::string name = to_string(model.metadata_name(i));
    const Span<const uint8_t> data = model.metadata(name.c_str());
    module.metadata[name].assign(data.begin(), data.end());
  }
  if (model.damaged()) throw DiagnosticError(describe(Status(Code::kCorrupt), file), 1);
  return module;
}

}  // namespace midge
