#include "compiler/emit/tflite.h"

#include <flatbuffers/flatbuffers.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "compiler/ir/options.h"
#include "report/diagnostic.h"

namespace midge {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using flatbuffers::uoffset_t;
using flatbuffers::voffset_t;

struct Any {};  // what an offset leads to does not matter here

voffset_t slot(uint32_t field) { return flatbuffers::FieldIndexToOffset(static_cast<voffset_t>(field)); }

class FlatTable {
 public:
  explicit FlatTable(FlatBufferBuilder& b) : b_(b), start_(b.StartTable()) {}
  template <class T>
  void add(uint32_t field, T value, T fallback = T()) {
    b_.AddElement<T>(slot(field), value, fallback);
  }
  template <class T>
  void add(uint32_t field, Offset<T> offset) {
    b_.AddOffset(slot(field), offset);
  }
  Offset<Any> end() { return Offset<Any>(b_.EndTable(start_)); }

 private:
  FlatBufferBuilder& b_;
  uoffset_t start_;
};

/// The constants of a file, each once.
class Buffers {
 public:
  uint32_t index(const std::shared_ptr<const ir::Bytes>& data) {
    const std::string_view key(reinterpret_cast<const char*>(data->data()), data->size());
    const auto [at, added] = known_.try_emplace(key, static_cast<uint32_t>(list_.size()) + 1);
    if (added) list_.push_back(data);
    return at->second;
  }
  /// Entry 0 is the empty one that tensors without data name.
  std::vector<Offset<Any>> write(FlatBufferBuilder& b) const {
    constexpr size_t kAlignment = 16;  // what kernels like best
    std::vector<Offset<Any>> out;
    FlatTable empty(b);
    out.push_back(empty.end());
    for (const auto& data : list_) {
      b.ForceVectorAlignment(data->size(), 1, kAlignment);
      const auto bytes = b.CreateVector(data->data(), data->size());
      FlatTable t(b);
      t.add(field::buffer::kData, bytes);
      out.push_back(t.end());
    }
    return out;
  }

 private:
  std::map<std::string_view, uint32_t> known_;
  std::vector<std::shared_ptr<const ir::Bytes>> list_;
};

Offset<Any> write_options(FlatBufferBuilder& b, const ir::Op& op, const ir::OptionsInfo& info) {
  std::map<uint32_t, Offset<void>> offsets;
  for (const ir::OptionInfo& f : info.fields) {
    const auto found = op.options.find(f.name);
    if (found == op.options.end()) continue;
    if (const auto* ints = std::get_if<std::vector<int32_t>>(&found->second)) offsets[f.field] = b.CreateVector(*ints).Union();
    if (const auto* floats = std::get_if<std::vector<float>>(&found->second)) offsets[f.field] = b.CreateVector(*floats).Union();
    if (const auto* text = std::get_if<std::string>(&found->second)) offsets[f.field] = b.CreateString(*text).Union();
  }
  FlatTable t(b);
  for (const ir::OptionInfo& f : info.fields) {
    switch (f.kind) {
      case ir::OptionKind::kInts:
      case ir::OptionKind::kFloats:
      case ir::OptionKind::kText:
        if (offsets.contains(f.field)) t.add(f.field, offsets[f.field]);
        break;
      case ir::OptionKind::kFloat: t.add(f.field, static_cast<float>(op.real(f.name)), static_cast<float>(f.fallback)); break;
      case ir::OptionKind::kInt: t.add(f.field, static_cast<int32_t>(op.integer(f.name)), static_cast<int32_t>(f.fallback)); break;
      case ir::OptionKind::kInt64: t.add(f.field, op.integer(f.name), static_cast<int64_t>(f.fallback)); break;
      default: t.add(f.field, static_cast<uint8_t>(op.integer(f.name)), static_cast<uint8_t>(f.fallback)); break;
    }
  }
  return t.end();
}

Offset<Any> write_tensor(FlatBufferBuilder& b, const ir::Tensor& t, Buffers& buffers) {
  const auto name = b.CreateString(t.name);
  ir::Dims fixed = t.dims;
  std::replace(fixed.begin(), fixed.end(), -1, 1);
  const auto shape = b.CreateVector(fixed);
  const auto signature = fixed == t.dims ? Offset<flatbuffers::Vector<int32_t>>() : b.CreateVector(t.dims);
  Offset<Any> quantization;
  if (t.quantization.present()) {
    const auto scales = b.CreateVector(t.quantization.scales);
    const auto zero_points = b.CreateVector(t.quantization.zero_points);
    FlatTable q(b);
    q.add(field::quantization::kScale, scales);
    q.add(field::quantization::kZeroPoint, zero_points);
    q.add(field::quantization::kDimension, t.quantization.dimension);
    quantization = q.end();
  }
  FlatTable out(b);
  out.add(field::tensor::kShape, shape);
  out.add(field::tensor::kBuffer, t.constant() ? buffers.index(t.data) : 0u);
  out.add(field::tensor::kName, name);
  out.add(field::tensor::kQuantization, quantization);
  out.add(field::tensor::kShapeSignature, signature);
  out.add(field::tensor::kType, static_cast<uint8_t>(t.type));
  out.add(field::tensor::kIsVariable, static_cast<uint8_t>(t.is_variable));
  out.add(field::tensor::kHasRank, uint8_t{1});  // without it a scalar would be of unknown rank
  return out.end();
}

using CodeKey = std::tuple<int32_t, std::string, int32_t>;  // code, custom name, version

Offset<Any> write_operator(FlatBufferBuilder& b, const ir::Op& op, uint32_t code_index) {
  const ir::OptionsInfo& info = ir::options_of(op.code);
  const auto inputs = b.CreateVector(op.inputs), outputs = b.CreateVector(op.outputs);
  const auto intermediates = op.intermediates.empty() ? Offset<flatbuffers::Vector<int32_t>>() : b.CreateVector(op.intermediates);
  const auto custom = op.custom_options.empty() ? Offset<flatbuffers::Vector<uint8_t>>() : b.CreateVector(op.custom_options);
  const Offset<Any> options = info.name == nullptr ? Offset<Any>() : write_options(b, op, info);
  FlatTable t(b);
  t.add(field::op::kOpcodeIndex, code_index);
  t.add(field::op::kInputs, inputs);
  t.add(field::op::kOutputs, outputs);
  t.add(field::op::kOptions, options);
  t.add(field::op::kCustomOptions, custom);
  t.add(field::op::kIntermediates, intermediates);
  t.add(field::op::kOptionsType, info.number);
  return t.end();
}

Offset<Any> write_graph(FlatBufferBuilder& b, const ir::Graph& graph, Buffers& buffers, const std::map<CodeKey, uint32_t>& codes,
                        const std::vector<CodeKey>& keys) {
  std::vector<Offset<Any>> tensors, operators;
  for (const ir::Tensor& t : graph.tensors) tensors.push_back(write_tensor(b, t, buffers));
  for (size_t i = 0; i < graph.ops.size(); ++i) operators.push_back(write_operator(b, graph.ops[i], codes.at(keys[i])));
  const auto name = b.CreateString(graph.name);
  const auto tensor_list = b.CreateVector(tensors), operator_list = b.CreateVector(operators);
  const auto inputs = b.CreateVector(graph.inputs), outputs = b.CreateVector(graph.outputs);
  FlatTable t(b);
  t.add(field::subgraph::kTensors, tensor_list);
  t.add(field::subgraph::kInputs, inputs);
  t.add(field::subgraph::kOutputs, outputs);
  t.add(field::subgraph::kOperators, operator_list);
  t.add(field::subgraph::kName, name);
  return t.end();
}

Offset<Any> write_code(FlatBufferBuilder& b, const CodeKey& key) {
  constexpr int32_t kLastOldCode = 127;  // what the byte of older files could hold
  const auto& [code, custom, version] = key;
  const auto name = custom.empty() ? Offset<flatbuffers::String>() : b.CreateString(custom);
  FlatTable t(b);
  t.add(field::operator_code::kCustom, name);
  t.add(field::operator_code::kVersion, version, 1);
  t.add(field::operator_code::kBuiltin, code);
  t.add(field::operator_code::kDeprecatedBuiltin, static_cast<int8_t>(std::min(code, kLastOldCode)));
  return t.end();
}

Offset<Any> write_signature(FlatBufferBuilder& b, const ir::Signature& signature, const ir::Graph& graph) {
  const auto write_list = [&](const std::vector<std::pair<std::string, int32_t>>& names, const std::vector<int32_t>& list) {
    std::vector<Offset<Any>> out;
    for (const auto& [name, position] : names) {
      const auto text = b.CreateString(name);
      FlatTable t(b);
      t.add(field::signature_tensor::kName, text);
      t.add(field::signature_tensor::kTensor, static_cast<uint32_t>(list.at(static_cast<size_t>(position))));
      out.push_back(t.end());
    }
    return b.CreateVector(out);
  };
  const auto inputs = write_list(signature.inputs, graph.inputs), outputs = write_list(signature.outputs, graph.outputs);
  const auto key = b.CreateString(signature.key);
  FlatTable t(b);
  t.add(field::signature::kInputs, inputs);
  t.add(field::signature::kOutputs, outputs);
  t.add(field::signature::kKey, key);
  t.add(field::signature::kSubgraph, static_cast<uint32_t>(signature.graph));
  return t.end();
}

void check_size(const ir::Module& module) {
  constexpr size_t kMost = size_t{1} << 31;  // offsets are 32 bits
  size_t bytes = 0;
  for (const ir::Graph& g : module.graphs) {
    for (const ir::Tensor& t : g.tensors) bytes += t.constant() ? t.data->size() : 0;
  }
  if (bytes + bytes / 8 < kMost) return;
  Diagnostic d;
  d.id = "file-too-large", d.message = "the constants of this network do not fit into a .tflite file, which is limited to 2 GB";
  d.hint = "quantise the weights, or convert a part of the network";
  throw DiagnosticError(d, 1);
}

}  // namespace

ir::Bytes emit_tflite(const ir::Module& module) {
  constexpr uint32_t kSchemaVersion = 3;
  check_size(module);
  FlatBufferBuilder b(1 << 16);
  b.ForceDefaults(false);
  Buffers buffers;

  std::map<CodeKey, uint32_t> codes;
  std::vector<CodeKey> in_order;
  std::vector<std::vector<CodeKey>> keys;
  for (const ir::Graph& g : module.graphs) {
    std::vector<CodeKey>& list = keys.emplace_back();
    for (const ir::Op& op : g.ops) {
      list.emplace_back(static_cast<int32_t>(op.code), op.custom_name, op.version != 0 ? op.version : operator_version(op, g));
      if (codes.try_emplace(list.back(), static_cast<uint32_t>(in_order.size())).second) in_order.push_back(list.back());
    }
  }
  std::vector<Offset<Any>> code_list, graphs, metadata;
  for (const CodeKey& key : in_order) code_list.push_back(write_code(b, key));
  for (size_t i = 0; i < module.graphs.size(); ++i) graphs.push_back(write_graph(b, module.graphs[i], buffers, codes, keys[i]));
  for (const auto& [name, bytes] : module.metadata) {
    const auto text = b.CreateString(name);
    const uint32_t buffer = buffers.index(std::make_shared<const ir::Bytes>(bytes));
    FlatTable t(b);
    t.add(field::metadata::kName, text);
    t.add(field::metadata::kBuffer, buffer);
    metadata.push_back(t.end());
  }
  std::vector<Offset<Any>> signatures;
  for (const ir::Signature& s : module.signatures)
    signatures.push_back(write_signature(b, s, module.graphs.at(static_cast<size_t>(s.graph))));
  const auto description = b.CreateString(module.description);
  const auto codes_at = b.CreateVector(code_list), graphs_at = b.CreateVector(graphs), buffers_at = b.CreateVector(buffers.write(b));
  const auto metadata_at = metadata.empty() ? Offset<flatbuffers::Vector<Offset<Any>>>() : b.CreateVector(metadata);
  const auto signatures_at = signatures.empty() ? Offset<flatbuffers::Vector<Offset<Any>>>() : b.CreateVector(signatures);
  FlatTable root(b);
  root.add(field::model::kVersion, kSchemaVersion);
  root.add(field::model::kOperatorCodes, codes_at);
  root.add(field::model::kSubgraphs, graphs_at);
  root.add(field::model::kDescription, description);
  root.add(field::model::kBuffers, buffers_at);
  root.add(field::model::kMetadata, metadata_at);
  root.add(field::model::kSignatures, signatures_at);
  b.Finish(root.end(), "TFL3");
  return {b.GetBufferPointer(), b.GetBufferPointer() + b.GetSize()};
}

}  // namespace midge
