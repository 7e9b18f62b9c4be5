// Model::open() and what is read after it. See model.h for the guarantees.
#include "model/model.h"

#include "base/memory.h"

namespace midge {

float Quantization::scale(uint32_t channel) const {
  if (count == 0) return 0;
  const uint32_t bits = load_u32(scales + 4 * (count == 1 ? 0 : channel));
  float f;
  memcpy(&f, &bits, sizeof f);
  return f;
}

int32_t Quantization::zero_point(uint32_t channel) const {
  if (zero_points == nullptr) return 0;
  return static_cast<int32_t>(load_u32(zero_points + 8 * (count == 1 ? 0 : channel)));
}

namespace {

/// Decodes a shape vector; rank -1 if it has more dimensions than a Shape holds.
Shape decode_shape(const Table& t, uint32_t id) {
  const VectorAt v = t.vector(id, 4);
  Shape s;
  if (v.count > static_cast<uint32_t>(kMaxRank)) {
    s.rank = -1;
    return s;
  }
  s.rank = static_cast<int32_t>(v.count);
  for (uint32_t i = 0; i < v.count; ++i) s.dims[i] = t.element(v, i);
  return s;
}

}  // namespace

Status Model::open(const void* data, size_t size) {
  *this = Model();
  if (data == nullptr || size < 8) return data == nullptr ? Code::kBadArgument : Code::kNotTflite;
  if (size > 0x7fffffff) return Code::kTooLarge;
  file_.data = static_cast<const uint8_t*>(data);
  file_.size = static_cast<uint32_t>(size);
  Status status = check();
  if (!status.ok()) *this = Model();
  return status;
}

Status Model::check() {
  if (memcmp(file_.data + 4, "TFL3", 4) != 0) return Code::kNotTflite;
  if (reinterpret_cast<uintptr_t>(file_.data) % 4 != 0) return Code::kMisaligned;
  root_ = Table(&file_, load_u32(file_.data));
  const int32_t version = root_.i32(field::model::kVersion);
  codes_ = root_.vector(field::model::kOperatorCodes, 4);
  buffers_ = root_.vector(field::model::kBuffers, 4);
  subgraphs_ = root_.vector(field::model::kSubgraphs, 4);
  const VectorAt metadata = root_.vector(field::model::kMetadata, 4);
  root_.vector(field::model::kDescription, 1);
  if (file_.damaged) return Code::kTruncated;
  if (version != 3) return Code::kSchemaVersion;
  if (subgraphs_.count == 0) return Code::kNoSubgraph;
  if (subgraphs_.count > kMostSubgraphs) return Code::kTooLarge;

  // Every list entry is visited once. In a sound file it has 4 bytes of its own; a file in which lists share their entries
  // runs out of work.
  const uint64_t entries = static_cast<uint64_t>(codes_.count) + buffers_.count + metadata.count + subgraphs_.count;
  if (entries > file_.size) return Code::kTooMuchWork;
  uint32_t work = file_.size - static_cast<uint32_t>(entries);
  for (uint32_t i = 0; i < codes_.count; ++i) {
    const Table code = root_.entry(codes_, i);
    code.i32(field::operator_code::kBuiltin);
    code.i32(field::operator_code::kVersion);
    code.u8(field::operator_code::kDeprecatedBuiltin);
    code.vector(field::operator_code::kCustom, 1);
    if (file_.damaged) return Status(Code::kCorrupt, Place::kOperatorCode, i);
  }
  for (uint32_t i = 0; i < buffers_.count; ++i) {
    buffer(i);
    if (file_.damaged) return Status(Code::kCorrupt, Place::kBuffer, i);
  }
  for (uint32_t i = 0; i < metadata.count; ++i) {
    const Table entry = root_.entry(metadata, i);
    entry.vector(field::metadata::kName, 1);
    const uint32_t index = static_cast<uint32_t>(entry.i32(field::metadata::kBuffer));
    if (file_.damaged || index >= buffers_.count) return Status(Code::kBadIndex, Place::kBuffer, index);
  }
  for (uint32_t i = 0; i < subgraphs_.count; ++i) MIDGE_TRY(check_subgraph(i, &work));
  const Subgraph main = subgraph(0);
  inputs_ = main.inputs;
  outputs_ = main.outputs;
  return Code::kOk;
}

Status Model::check_subgraph(uint32_t i, uint32_t* work) {
  const Table graph = root_.entry(subgraphs_, i);
  const VectorAt tensors = graph.vector(field::subgraph::kTensors, 4), operators = graph.vector(field::subgraph::kOperators, 4);
  const VectorAt inputs = graph.vector(field::subgraph::kInputs, 4), outputs = graph.vector(field::subgraph::kOutputs, 4);
  if (file_.damaged) return Code::kTruncated;
  const uint64_t entries = static_cast<uint64_t>(tensors.count) + operators.count;
  if (entries > *work) return Code::kTooMuchWork;
  *work -= static_cast<uint32_t>(entries);
  for (uint32_t t = 0; t < tensors.count; ++t) {
    const Code code = check_tensor(graph.entry(tensors, t));
    if (code != Code::kOk) return Status(code, Place::kTensor, tensor_count_ + t);
  }
  for (uint32_t o = 0; o < operators.count; ++o) {
    const Code code = check_operator(graph.entry(operators, o), tensors.count, work);
    if (code != Code::kOk) return Status(code, Place::kOperator, operator_count_ + o);
  }
  Code code = Code::kOk;
  if ((code = check_indices(inputs, 0, tensors.count, work)) != Code::kOk) return Status(code, Place::kInput);
  if ((code = check_indices(outputs, 0, tensors.count, work)) != Code::kOk) return Status(code, Place::kOutput);
  tensor_count_ += tensors.count;
  operator_count_ += operators.count;
  return Code::kOk;
}

Code Model::check_indices(VectorAt list, int32_t lowest, uint32_t tensors, uint32_t* work) const {
  if (list.count > *work) return Code::kTooMuchWork;
  *work -= list.count;
  for (uint32_t i = 0; i < list.count; ++i) {
    const int32_t t = root_.element(list, i);
    if (t < lowest || t >= static_cast<int32_t>(tensors)) return Code::kBadIndex;
  }
  return Code::kOk;
}

Code Model::check_tensor(const Table& t) {
  const Shape shape = decode_shape(t, field::tensor::kShape);
  decode_shape(t, field::tensor::kShapeSignature);
  t.vector(field::tensor::kName, 1);
  t.boolean(field::tensor::kIsVariable);
  const Type type = static_cast<Type>(t.u8(field::tensor::kType));
  const uint32_t index = static_cast<uint32_t>(t.i32(field::tensor::kBuffer));
  const Table q = t.table(field::tensor::kQuantization);
  const VectorAt scales = q.vector(field::quantization::kScale, 4);
  const VectorAt zeros = q.vector(field::quantization::kZeroPoint, 8);
  q.i32(field::quantization::kDimension);
  if (file_.damaged) return Code::kCorrupt;
  if (shape.rank < 0) return Code::kBadRank;
  for (int d = 0; d < shape.rank; ++d) {
    if (shape.dims[d] < 0) return Code::kBadShape;
  }
  const uint32_t bits = type_bits(type);
  if (!shape_fits(shape, max(uint32_t{1}, (bits + 7) / 8))) return Code::kTooLarge;  // 1: the count itself, of strings and the like
  if (index >= max(buffers_.count, uint32_t{1})) return Code::kBadIndex;
  const uint32_t bytes = static_cast<uint32_t>((static_cast<uint64_t>(shape.count()) * bits + 7) / 8);
  const Span<const uint8_t> data = buffer(index);
  if (!data.empty() && bits != 0 && data.size != bytes) return Code::kBufferSize;
  if (zeros.count != 0 && zeros.count != scales.count) return Code::kQuantization;
  return Code::kOk;
}

Code Model::check_operator(const Table& o, uint32_t tensors, uint32_t* work) {
  const uint32_t code = static_cast<uint32_t>(o.i32(field::op::kOpcodeIndex));
  const VectorAt inputs = o.vector(field::op::kInputs, 4);
  const VectorAt outputs = o.vector(field::op::kOutputs, 4);
  const VectorAt intermediates = o.vector(field::op::kIntermediates, 4);
  o.table(field::op::kOptions);
  o.vector(field::op::kCustomOptions, 1);
  if (file_.damaged) return Code::kCorrupt;
  if (code >= codes_.count) return Code::kBadIndex;
  const VectorAt may_be_absent[] = {inputs, intermediates};
  for (const VectorAt& list : may_be_absent) {
    const Code bad = check_indices(list, -1, tensors, work);
    if (bad != Code::kOk) return bad;
  }
  return check_indices(outputs, 0, tensors, work);
}

Span<const uint8_t> Model::buffer(uint32_t i) const {
  if (i >= buffers_.count) return {};
  const Table b = root_.entry(buffers_, i);
  const VectorAt v = b.vector(field::buffer::kData, 1);
  if (v.count != 0) return {file_.data + v.at, v.count};
  // Large files keep the bytes after the flatbuffer, at an offset from the file's start.
  const uint32_t offset = b.u64_low(field::buffer::kOffset), size = b.u64_low(field::buffer::kSize);
  if (offset <= 1 || size == 0) return {};
  if (offset > file_.size || size > file_.size - offset || offset % 4 != 0) {
    file_.damaged = true;
    return {};
  }
  return {file_.data + offset, size};
}

Model::Entry Model::find(uint32_t list, uint32_t i) const {
  uint32_t first_tensor = 0;
  for (uint32_t g = 0; g < subgraphs_.count; ++g) {
    const Table graph = root_.entry(subgraphs_, g);
    const VectorAt entries = graph.vector(list, 4);
    if (i < entries.count) return Entry{graph.entry(entries, i), first_tensor};
    i -= entries.count;
    first_tensor += graph.vector(field::subgraph::kTensors, 4).count;
  }
  return Entry{Table(), 0};
}

Subgraph Model::subgraph(uint32_t i) const {
  Subgraph out;
  for (uint32_t g = 0; g <= i; ++g) {
    const Table graph = root_.entry(subgraphs_, g);
    out.first_tensor += out.tensor_count;
    out.first_operator += out.operator_count;
    out.tensor_count = graph.vector(field::subgraph::kTensors, 4).count;
    out.operator_count = graph.vector(field::subgraph::kOperators, 4).count;
    if (g == i) {
      out.inputs = indices(graph.vector(field::subgraph::kInputs, 4), out.first_tensor);
      out.outputs = indices(graph.vector(field::subgraph::kOutputs, 4), out.first_tensor);
    }
  }
  return out;
}

Tensor Model::tensor(uint32_t i) const {
  const Table t = find(field::subgraph::kTensors, i).table;
  Tensor out;
  out.type = static_cast<Type>(t.u8(field::tensor::kType));
  out.is_variable = t.boolean(field::tensor::kIsVariable);
  out.shape = decode_shape(t, field::tensor::kShape);
  out.data = buffer(static_cast<uint32_t>(t.i32(field::tensor::kBuffer))).data;
  out.bytes = static_cast<uint32_t>((static_cast<uint64_t>(out.shape.count()) * type_bits(out.type) + 7) / 8);
  out.index = i;
  const Table q = t.table(field::tensor::kQuantization);
  const VectorAt scales = q.vector(field::quantization::kScale, 4);
  const VectorAt zeros = q.vector(field::quantization::kZeroPoint, 8);
  out.quantization.count = scales.count;
  out.quantization.scales = file_.data + scales.at;
  out.quantization.zero_points = zeros.count == 0 ? nullptr : file_.data + zeros.at;
  out.quantization.dimension = q.i32(field::quantization::kDimension);
  return out;
}

Operator Model::op(uint32_t i) const {
  const Entry entry = find(field::subgraph::kOperators, i);
  const Table& o = entry.table;
  const Table code = root_.entry(codes_, static_cast<uint32_t>(o.i32(field::op::kOpcodeIndex)));
  Operator out;
  // Codes up to 127 stand in an older byte field; both are written, the larger one is right.
  out.code = max(code.i32(field::operator_code::kBuiltin),
                 static_cast<int32_t>(static_cast<int8_t>(code.u8(field::operator_code::kDeprecatedBuiltin))));
  out.version = code.i32(field::operator_code::kVersion, 1);
  out.inputs = indices(o.vector(field::op::kInputs, 4), entry.first_tensor);
  out.outputs = indices(o.vector(field::op::kOutputs, 4), entry.first_tensor);
  out.intermediates = indices(o.vector(field::op::kIntermediates, 4), entry.first_tensor);
  out.options = o.table(field::op::kOptions);
  const VectorAt name = code.vector(field::operator_code::kCustom, 1);
  out.custom_name = {reinterpret_cast<const char*>(file_.data + name.at), name.count};
  const VectorAt custom = o.vector(field::op::kCustomOptions, 1);
  out.custom_options = {file_.data + custom.at, custom.count};
  return out;
}

Span<const char> Model::tensor_name(uint32_t i) const {
  const VectorAt v = find(field::subgraph::kTensors, i).table.vector(field::tensor::kName, 1);
  return {reinterpret_cast<const char*>(file_.data + v.at), v.count};
}

Shape Model::shape_signature(uint32_t i) const {
  const Shape s = decode_shape(find(field::subgraph::kTensors, i).table, field::tensor::kShapeSignature);
  return s.rank < 0 ? Shape() : s;
}

Span<const uint8_t> Model::metadata(const char* name) const {
  const VectorAt entries = root_.vector(field::model::kMetadata, 4);
  const uint32_t length = static_cast<uint32_t>(strlen(name));
  for (uint32_t i = 0; i < entries.count; ++i) {
    const Table entry = root_.entry(entries, i);
    const VectorAt v = entry.vector(field::metadata::kName, 1);
    if (v.count == length && memcmp(file_.data + v.at, name, length) == 0) {
      return buffer(static_cast<uint32_t>(entry.i32(field::metadata::kBuffer)));
    }
  }
  return {};
}

Span<const char> Model::metadata_name(uint32_t i) const {
  const VectorAt v = root_.entry(root_.vector(field::model::kMetadata, 4), i).vector(field::metadata::kName, 1);
  return {reinterpret_cast<const char*>(file_.data + v.at), v.count};
}

Span<const char> Model::description() const {
  const VectorAt v = root_.vector(field::model::kDescription, 1);
  return {reinterpret_cast<const char*>(file_.data + v.at), v.count};
}

}  // namespace midge
