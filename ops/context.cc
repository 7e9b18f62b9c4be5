// PrepareContext: decoding, shape bookkeeping and the constants that several operators read.
#include "ops/context.h"

namespace midge {

Tensor tensor_of_run(const Model& model, const Shape* shapes, uint32_t index) {
  Tensor t = model.tensor(index);
  if (shapes != nullptr) {
    t.shape = shapes[index];
    t.bytes = static_cast<uint32_t>((static_cast<uint64_t>(t.shape.count()) * type_bits(t.type) + 7) / 8);
  }
  return t;
}

Tensor PrepareContext::decode(int32_t index) const {
  return index < 0 ? Tensor() : tensor_of_run(*backend_.model, backend_.shapes, static_cast<uint32_t>(index));
}

Tensor PrepareContext::input(uint32_t slot) const { return slot < op_.inputs.count ? decode(op_.inputs[slot]) : Tensor(); }

Tensor PrepareContext::output(uint32_t slot) const { return decode(op_.outputs[slot]); }

Tensor PrepareContext::intermediate(uint32_t slot) const {
  return slot < op_.intermediates.count ? decode(op_.intermediates[slot]) : Tensor();
}

Status PrepareContext::expect(uint32_t required, uint32_t most, uint32_t outputs, uint32_t may_be_empty) const {
  if (op_.inputs.count < required || op_.inputs.count > most || op_.outputs.count != outputs) return Code::kTensorCount;
  for (uint32_t i = 0; i < required; ++i) {
    if (op_.inputs[i] < 0) return Code::kTensorCount;
  }
  for (uint32_t i = 0; i < op_.inputs.count; ++i) {
    if (i != may_be_empty && has_input(i) && shape_empty(input(i).shape)) return fail_input(i, Code::kBadShape);
  }
  return Code::kOk;
}

Status PrepareContext::set_output_shape(uint32_t slot, const Shape& shape) {
  const Tensor t = output(slot);
  if (t.constant() || t.is_variable) return fail_output(slot, Code::kWrittenTwice);
  if (shape_empty(shape)) return fail_output(slot, Code::kBadShape);
  if (!shape_fits(shape, max(uint32_t{1}, type_bits(t.type) / 8))) return fail_output(slot, Code::kTooLarge);
  if (backend_.shapes != nullptr) {
    backend_.shapes[op_.outputs[slot]] = shape;
    return Code::kOk;
  }
  return t.shape == shape ? Status() : fail_output(slot, Code::kShapeMismatch);
}

Status PrepareContext::allocate_bytes(void** out, uint64_t bytes) {
  if (bytes > 0x7fffffff) return Code::kTooLarge;
  void* p = backend_.allocate(backend_.self, static_cast<uint32_t>(bytes));
  if (p == nullptr) return Code::kArenaTooSmall;
  memset(p, 0, static_cast<size_t>(bytes));
  *out = p;
  prepared_ = p;
  return Code::kOk;
}

Status PrepareContext::fail_input(uint32_t slot, Code code) const {
  return Status(code, Place::kTensor, has_input(slot) ? static_cast<uint32_t>(op_.inputs[slot]) : 0);
}

Status PrepareContext::fail_output(uint32_t slot, Code code) const {
  return Status(code, Place::kTensor, static_cast<uint32_t>(op_.outputs[slot]));
}

Status PrepareContext::constant_ints(uint32_t slot, int32_t* out, uint32_t most, uint32_t* count) const {
  if (!has_input(slot)) return Code::kTensorCount;
  const Tensor t = backend_.model->tensor(static_cast<uint32_t>(op_.inputs[slot]));  // with the file's shape: its bytes are read
  if (t.type != Type::kInt32 && t.type != Type::kInt64) return fail_input(slot, Code::kUnsupportedType);
  if (shape_empty(t.shape)) {
    *count = 0;
    return Code::kOk;
  }
  if (!t.constant()) return fail_input(slot, Code::kNotConstant);
  const uint32_t n = static_cast<uint32_t>(t.shape.count());
  if (n > most) return fail_input(slot, Code::kBadValue);
  const uint32_t stride = type_bytes(t.type);
  for (uint32_t i = 0; i < n; ++i) {
    out[i] = static_cast<int32_t>(load_u32(t.data + i * stride));
    if (stride == 8 && static_cast<int32_t>(load_u32(t.data + i * stride + 4)) != (out[i] < 0 ? -1 : 0)) {
      return fail_input(slot, Code::kBadValue);
    }
  }
  *count = n;
  return Code::kOk;
}

bool OpRegistration::is_for(const Operator& op) const {
  if (builtin != op.code) return false;
  if (custom_name == nullptr) return builtin != static_cast<int32_t>(Builtin::CUSTOM);
  const size_t length = strlen(custom_name);
  return length == op.custom_name.size && memcmp(custom_name, op.custom_name.data, length) == 0;
}

const Variant* find_variant(const OpRegistration& registration, const Model& model, const Operator& op) {
  const auto type_of = [&](const Indices& list, uint32_t slot) {
    if (slot >= list.count || list[slot] < 0) return Type::kNone;
    return model.tensor(static_cast<uint32_t>(list[slot])).type;
  };
  const Type in0 = type_of(op.inputs, 0), in1 = type_of(op.inputs, 1), out0 = type_of(op.outputs, 0);
  for (uint32_t i = 0; i < registration.variant_count; ++i) {
    const Variant& v = registration.variants[i];
    if ((v.input0 == Type::kAny || v.input0 == in0) && (v.input1 == Type::kAny || v.input1 == in1) &&
        (v.output0 == Type::kAny || v.output0 == out0)) {
      return &v;
    }
  }
  return nullptr;
}

}  // namespace midge
