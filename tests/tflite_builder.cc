// See tflite_builder.h. Buffer 0 is the empty one, buffer 1 + t belongs to tensor t, the last one to the metadata. Each operator has
// a code of its own.
#include "tests/tflite_builder.h"

#include "tests/flat_writer.h"

namespace midge {
namespace testing {
namespace {

void write_ints(FlatWriter& w, uint32_t at, const int32_t* values, uint32_t count) {
  const uint32_t to = w.vector(at, count, 4);
  for (uint32_t i = 0; i < count; ++i) w.i32(to + 4 * i, values[i]);
}

void write_indices(FlatWriter& w, uint32_t at, const IndexList& list) { write_ints(w, at, list.values, list.count); }

void write_quantization(FlatWriter& w, uint32_t at, const TensorSpec& t) {
  const uint32_t count = t.channel_scales != nullptr ? t.channels : 1;
  const uint32_t q = w.table(7);
  w.point(at, q);
  const uint32_t scale = w.field(q, field::quantization::kScale), zero = w.field(q, field::quantization::kZeroPoint);
  w.i32(w.field(q, field::quantization::kDimension), t.dimension);
  const uint32_t scales = w.vector(scale, count, 4), zeros = w.vector(zero, count, 8);
  for (uint32_t c = 0; c < count; ++c) {
    w.f32(scales + 4 * c, t.channel_scales != nullptr ? t.channel_scales[c] : t.scale);
    w.u64(zeros + 8 * c, static_cast<uint64_t>(static_cast<int64_t>(t.zero_point)));
  }
}

void write_tensor(FlatWriter& w, uint32_t at, const TensorSpec& t, uint32_t buffer) {
  const uint32_t table = w.table(8);
  w.point(at, table);
  const uint32_t shape = w.field(table, field::tensor::kShape);
  w.u8(w.field(table, field::tensor::kType), static_cast<uint8_t>(t.type));
  w.u32(w.field(table, field::tensor::kBuffer), t.buffer >= 0 ? static_cast<uint32_t>(t.buffer) : buffer);
  w.u8(w.field(table, field::tensor::kIsVariable), t.is_variable ? 1 : 0);
  const bool quantised = t.scale != 0 || t.channel_scales != nullptr;
  const uint32_t quantization = quantised ? w.field(table, field::tensor::kQuantization) : 0;
  const uint32_t dims = w.vector(shape, static_cast<uint32_t>(t.shape.rank), 4);
  for (int32_t d = 0; d < t.shape.rank; ++d) w.i32(dims + 4 * static_cast<uint32_t>(d), t.shape[d]);
  if (quantised) write_quantization(w, quantization, t);
}

void write_options(FlatWriter& w, uint32_t at, const Options& options) {
  const uint32_t table = w.table(Options::kMost);
  w.point(at, table);
  for (uint32_t id = 0; id < Options::kMost; ++id) {
    if (options.kinds[id] == Options::Kind::kAbsent) continue;
    const uint32_t to = w.field(table, id);
    if (options.kinds[id] == Options::Kind::kU8) w.u8(to, static_cast<uint8_t>(options.ints[id]));
    if (options.kinds[id] == Options::Kind::kI32) w.i32(to, options.ints[id]);
    if (options.kinds[id] == Options::Kind::kF32) w.f32(to, options.floats[id]);
    if (options.kinds[id] == Options::Kind::kText) w.bytes(to, options.texts[id], static_cast<uint32_t>(strlen(options.texts[id])));
    if (options.kinds[id] == Options::Kind::kVector) write_ints(w, to, options.vectors[id], static_cast<uint32_t>(options.ints[id]));
  }
}

void write_buffer(FlatWriter& w, uint32_t at, const void* data, uint32_t bytes) {
  const uint32_t table = w.table(1);
  w.point(at, table);
  if (data != nullptr) w.bytes(w.field(table, field::buffer::kData), data, bytes, 16);
}

}  // namespace

uint32_t TfliteBuilder::op(Builtin code, const IndexList& in, const IndexList& out, const Options& options, int32_t version, const char* custom_name) {
  ops_[op_count_] = Op{code, version, in, out, options, custom_name, {}};
  return op_count_++;
}

void TfliteBuilder::next_subgraph() {
  graphs_[graph_count_++] = Graph{tensor_count_, op_count_, inputs, outputs};
  first_tensor_ = tensor_count_;
  inputs = outputs = IndexList();
}

void TfliteBuilder::metadata(const char* name, const void* data, uint32_t bytes) {
  metadata_name_ = name, metadata_ = data, metadata_bytes_ = bytes;
}

uint32_t TfliteBuilder::write(uint8_t* out, uint32_t capacity) const {
  FlatWriter w(out, capacity);
  const uint32_t start = w.reserve(8);
  w.copy(start + 4, "TFL3", 4);
  const uint32_t root = w.table(7);
  w.point(start, root);
  w.u32(w.field(root, field::model::kVersion), 3);
  const uint32_t codes = w.field(root, field::model::kOperatorCodes), subgraphs = w.field(root, field::model::kSubgraphs);
  const uint32_t buffers = w.field(root, field::model::kBuffers);
  const uint32_t metadata = metadata_name_ != nullptr ? w.field(root, field::model::kMetadata) : 0;

  const uint32_t code_list = w.vector(codes, op_count_, 4);
  for (uint32_t i = 0; i < op_count_; ++i) {
    const uint32_t code = w.table(4);
    w.point(code_list + 4 * i, code);
    w.i32(w.field(code, field::operator_code::kVersion), ops_[i].version);
    w.i32(w.field(code, field::operator_code::kBuiltin), static_cast<int32_t>(ops_[i].code));
    const char* const name = ops_[i].custom_name;
    if (name != nullptr) w.bytes(w.field(code, field::operator_code::kCustom), name, static_cast<uint32_t>(strlen(name)));
  }

  const uint32_t subgraph_list = w.vector(subgraphs, graph_count_ + 1, 4);
  uint32_t first_tensor = 0, first_op = 0;
  for (uint32_t g = 0; g <= graph_count_; ++g) {
    const Graph graph = g < graph_count_ ? graphs_[g] : Graph{tensor_count_, op_count_, inputs, outputs};
    const uint32_t subgraph = w.table(5);
    w.point(subgraph_list + 4 * g, subgraph);
    const uint32_t tensors = w.field(subgraph, field::subgraph::kTensors), ins = w.field(subgraph, field::subgraph::kInputs);
    const uint32_t outs = w.field(subgraph, field::subgraph::kOutputs), ops = w.field(subgraph, field::subgraph::kOperators);
    write_indices(w, ins, graph.inputs);
    write_indices(w, outs, graph.outputs);
    const uint32_t tensor_list = w.vector(tensors, graph.tensors_end - first_tensor, 4);
    for (uint32_t i = first_tensor; i < graph.tensors_end; ++i) write_tensor(w, tensor_list + 4 * (i - first_tensor), tensors_[i], 1 + i);
    const uint32_t op_list = w.vector(ops, graph.ops_end - first_op, 4);
    for (uint32_t i = first_op; i < graph.ops_end; ++i) {
      const uint32_t table = w.table(9);
      w.point(op_list + 4 * (i - first_op), table);
      w.u32(w.field(table, field::op::kOpcodeIndex), i);
      const uint32_t in = w.field(table, field::op::kInputs), out_at = w.field(table, field::op::kOutputs);
      const uint32_t options = w.field(table, field::op::kOptions);
      if (ops_[i].intermediates.count != 0) write_indices(w, w.field(table, field::op::kIntermediates), ops_[i].intermediates);
      write_indices(w, in, ops_[i].in);
      write_indices(w, out_at, ops_[i].out);
      write_options(w, options, ops_[i].options);
      const void* const custom = ops_[i].options.custom_data;
      if (custom != nullptr) w.bytes(w.field(table, field::op::kCustomOptions), custom, ops_[i].options.custom_bytes);
    }
    first_tensor = graph.tensors_end, first_op = graph.ops_end;
  }

  const uint32_t buffer_list = w.vector(buffers, tensor_count_ + 2, 4);
  write_buffer(w, buffer_list, nullptr, 0);
  for (uint32_t i = 0; i < tensor_count_; ++i) write_buffer(w, buffer_list + 4 * (1 + i), tensors_[i].data, tensors_[i].data_bytes);
  write_buffer(w, buffer_list + 4 * (tensor_count_ + 1), metadata_, metadata_bytes_);
  if (metadata_name_ != nullptr) {
    const uint32_t entries = w.vector(metadata, 1, 4);
    const uint32_t entry = w.table(2);
    w.point(entries, entry);
    const uint32_t name = w.field(entry, field::metadata::kName);
    w.u32(w.field(entry, field::metadata::kBuffer), tensor_count_ + 1);
    w.bytes(name, metadata_name_, static_cast<uint32_t>(strlen(metadata_name_)));
  }
  return w.size();
}

}  // namespace testing
}  // namespace midge
