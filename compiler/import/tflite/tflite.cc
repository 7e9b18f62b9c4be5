#include "compiler/import/tflite/tflite.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "compiler/import/tflite/unkept.h"
#include "compiler/ir/options.h"
#include "model/model.h"
#include "report/diagnostic.h"

namespace midge {
namespace {

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

std::vector<int32_t> read_indices(const Indices& list) {
  std::vector<int32_t> out;
  for (uint32_t i = 0; i < list.count; ++i) out.push_back(list[i] < 0 ? -1 : list[i] - static_cast<int32_t>(list.first));
  return out;
}

/// Copies a file that Model has opened, and so checked.
class Reader {
 public:
  Reader(const Model& model, const std::string& file)
      : model_(model), file_(file), raw_{model.data(), model.size(), false}, root_(&raw_, load_u32(model.data())), left_(budget(model)) {}

  ir::Module run() {
    refuse_what_is_not_kept(root_, file_);
    ir::Module module;
    module.description = text(model_.description());
    const VectorAt graphs = root_.vector(field::model::kSubgraphs, 4);
    for (uint32_t g = 0; g < model_.subgraph_count(); ++g) {
      const Subgraph in = model_.subgraph(g);
      ir::Graph& graph = module.graphs.emplace_back();
      graph.name = text(root_.entry(graphs, g), field::subgraph::kName);
      for (uint32_t i = 0; i < in.tensor_count; ++i) graph.tensors.push_back(tensor(in.first_tensor + i));
      for (uint32_t i = 0; i < in.operator_count; ++i) graph.ops.push_back(op(in.first_operator + i, root_.entry(graphs, g), i));
      graph.inputs = read_indices(in.inputs), graph.outputs = read_indices(in.outputs);
    }
    for (uint32_t i = 0; i < model_.metadata_count(); ++i) {
      const std::string name = text(model_.metadata_name(i));
      module.metadata[name] = bytes(model_.metadata(name.c_str()));
    }
    read_signatures(module);
    if (raw_.damaged || model_.damaged()) refuse(Code::kCorrupt);
    return module;
  }

 private:
  [[noreturn]] void refuse(Code code) const { throw DiagnosticError(describe(Status(code), file_), 1); }

  /// In a sound file each thing is there once, or a few operators share it. Where thousands claim the same bytes, what is copied would
  /// be the square of the file.
  static uint64_t budget(const Model& model) { return (uint64_t{1} << 20) + uint64_t{8} * model.size(); }
  void charge(uint64_t bytes) {
    if (bytes > left_) refuse(Code::kTooMuchWork);
    left_ -= bytes;
  }
  std::string text(Span<const char> s) {
    charge(s.size);
    return to_string(s);
  }
  std::string text(const Table& t, uint32_t id) {
    const VectorAt v = t.vector(id, 1);
    return text({reinterpret_cast<const char*>(raw_.data + v.at), v.count});
  }
  ir::Bytes bytes(Span<const uint8_t> s) {
    charge(s.size);
    return {s.begin(), s.end()};
  }
  template <class T>
  std::vector<T> vector(const Table& t, uint32_t id) {
    const VectorAt v = t.vector(id, sizeof(T));
    charge(uint64_t{v.count} * sizeof(T));
    std::vector<T> out(v.count);
    if (v.count != 0) std::memcpy(out.data(), raw_.data + v.at, out.size() * sizeof(T));
    return out;
  }

  ir::Option option(const Table& options, const ir::OptionInfo& info) {
    switch (info.kind) {
      case ir::OptionKind::kFloat: return double{options.f32(info.field, static_cast<float>(info.fallback))};
      case ir::OptionKind::kInt: return int64_t{options.i32(info.field, static_cast<int32_t>(info.fallback))};
      case ir::OptionKind::kInt64: return options.i64(info.field, static_cast<int64_t>(info.fallback));
      case ir::OptionKind::kInts: return vector<int32_t>(options, info.field);
      case ir::OptionKind::kFloats: return vector<float>(options, info.field);
      case ir::OptionKind::kText: return text(options, info.field);
      default: return int64_t{options.u8(info.field, static_cast<uint8_t>(info.fallback))};
    }
  }

  ir::Tensor tensor(uint32_t i) {
    const Tensor in = model_.tensor(i);
    ir::Tensor out;
    out.name = text(model_.tensor_name(i));
    out.type = in.type;
    // Not the signature, in which exporters leave the batch open: the converter works with the shape that runs.
    out.dims.assign(in.shape.dims, in.shape.dims + in.shape.rank);
    charge(uint64_t{in.quantization.count} * (sizeof(float) + sizeof(int64_t)));
    for (uint32_t c = 0; c < in.quantization.count; ++c) {
      out.quantization.scales.push_back(in.quantization.scale(c));
      out.quantization.zero_points.push_back(in.quantization.zero_point(c));
    }
    out.quantization.dimension = in.quantization.dimension;
    if (in.constant()) out.data = constant(in);
    out.is_variable = in.is_variable;
    return out;
  }

  /// Tensors that share a buffer go on sharing it. A string's size is in the buffer alone.
  std::shared_ptr<const ir::Bytes> constant(const Tensor& in) {
    const auto [at, added] = constants_.try_emplace({in.data, in.bytes}, nullptr);
    if (added) at->second = std::make_shared<const ir::Bytes>(bytes({in.data, in.bytes}));
    return at->second;
  }

  ir::Op op(uint32_t i, const Table& graph, uint32_t in_graph) {
    const Operator in = model_.op(i);
    ir::Op out;
    out.code = static_cast<Builtin>(in.code);
    out.version = in.version;
    out.inputs = read_indices(in.inputs), out.outputs = read_indices(in.outputs), out.intermediates = read_indices(in.intermediates);
    out.custom_name = text(in.custom_name);
    out.custom_options = bytes(in.custom_options);
    const Table table = graph.entry(graph.vector(field::subgraph::kOperators, 4), in_graph);
    if (out.custom_options.empty()) out.custom_options = large_custom_options(table);
    if (!in.options.present()) return out;
    const Table options = table.table(field::op::kOptions);
    for (const ir::OptionInfo& info : ir::options_of(out.code).fields) {
      ir::Option value = option(options, info);
      if (!is_default(value, info)) out.options[info.name] = std::move(value);
    }
    return out;
  }

  /// Behind the flatbuffer, where they are large.
  ir::Bytes large_custom_options(const Table& op) {
    const uint32_t at = op.u64_low(field::op::kLargeCustomOffset), size = op.u64_low(field::op::kLargeCustomSize);
    if (at <= 1 || size == 0) return {};
    if (at > raw_.size || size > raw_.size - at) refuse(Code::kCorrupt);
    return bytes({raw_.data + at, size});
  }

  /// Positions in the graph's list, for tensors of a signature.
  std::vector<std::pair<std::string, int32_t>> signature_tensors(const Table& signature, uint32_t id, const std::vector<int32_t>& list) {
    std::vector<std::pair<std::string, int32_t>> out;
    const VectorAt entries = signature.vector(id, 4);
    for (uint32_t i = 0; i < entries.count; ++i) {
      charge(sizeof(Table));
      const Table entry = signature.entry(entries, i);
      std::string name = text(entry, field::signature_tensor::kName);
      const auto found = std::find(list.begin(), list.end(), entry.i32(field::signature_tensor::kTensor));
      if (found == list.end()) {
        Diagnostic d;
        d.id = "bad-signature", d.file = file_,
        d.message = "signature entry '" + name + "' names a tensor that is no input or output of its graph";
        d.hint = "write the file again with its converter";
        throw DiagnosticError(d, 1);
      }
      out.emplace_back(std::move(name), static_cast<int32_t>(found - list.begin()));
    }
    return out;
  }

  void read_signatures(ir::Module& module) {
    const VectorAt list = root_.vector(field::model::kSignatures, 4);
    for (uint32_t i = 0; i < list.count; ++i) {
      charge(sizeof(Table));
      const Table in = root_.entry(list, i);
      ir::Signature out;
      out.key = text(in, field::signature::kKey);
      out.graph = in.i32(field::signature::kSubgraph);
      if (out.graph < 0 || static_cast<size_t>(out.graph) >= module.graphs.size()) refuse(Code::kBadIndex);
      const ir::Graph& graph = module.graphs[static_cast<size_t>(out.graph)];
      out.inputs = signature_tensors(in, field::signature::kInputs, graph.inputs);
      out.outputs = signature_tensors(in, field::signature::kOutputs, graph.outputs);
      module.signatures.push_back(std::move(out));
    }
  }

  const Model& model_;
  const std::string& file_;
  File raw_;
  Table root_;
  uint64_t left_;
  std::map<std::pair<const uint8_t*, uint32_t>, std::shared_ptr<const ir::Bytes>> constants_;
};

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
  return Reader(model, file).run();
}

}  // namespace midge
