// What an operator is given: PrepareContext once at start-up (on the device, or in the compiler), EvalContext at each
// inference; and what it gives: an OpRegistration with one Variant for each combination of types it has kernels for.
//
// prepare() validates everything and derives what eval() needs. It calls, in this order: set_output_shape() for each output,
// request_scratch() at most once, allocate() at most once. The order is what makes the interpreter able to count on
// when the arena is too small, and to say exactly how many bytes the model needs.
#pragma once
#include "base/memory.h"
#include "model/model.h"

namespace midge {

struct ResourceVariable;
struct OpRegistration;

/// Which rounding FULLY_CONNECTED and the few other operators use in which the runtimes of the field differ.
enum class Contract : uint8_t { kLitert, kTflm };

/// How an operator runs a subgraph of its model.
struct GraphCaller {
  Status (*call)(void* self, uint32_t graph);
  void* self;
};

struct EvalContext {
  void* const* tensors;  ///< address of each tensor of the model
  Indices inputs;
  Indices outputs;
  void* prepared;        ///< what prepare() allocated
  void* scratch;         ///< as many bytes as prepare() requested, 16-byte aligned
  const GraphCaller* graphs;

  template <class T>
  const T* input(uint32_t slot) const {
    return static_cast<const T*>(tensors[inputs[slot]]);
  }
  /// Null where the optional input is absent.
  template <class T>
  const T* optional_input(uint32_t slot) const {
    return slot < inputs.count && inputs[slot] >= 0 ? input<T>(slot) : nullptr;
  }
  /// An input that is a variable: state which the operator updates.
  template <class T>
  T* variable(uint32_t slot) const {
    return static_cast<T*>(tensors[inputs[slot]]);
  }
  template <class T>
  T* output(uint32_t slot) const {
    return static_cast<T*>(tensors[outputs[slot]]);
  }
  template <class T>
  const T& data() const {
    return *static_cast<const T*>(prepared);
  }
  /// Prepared data that keeps a state from one inference to the next. Its variant has a reset().
  template <class T>
  T& state() const {
    return *static_cast<T*>(prepared);
  }
};

using EvalFunction = Status (*)(const EvalContext&);
/// Puts the state in the prepared data back to what the first inference finds; called at the end of init() too.
using ResetFunction = void (*)(void* prepared);

/// The interpreter's side of PrepareContext: where memory comes from and where shapes are kept.
struct PrepareBackend {
  const Model* model = nullptr;
  Contract contract = Contract::kLitert;
  Shape* shapes = nullptr;  ///< one a tensor where shapes may change (host); null: the file's shapes are final
  ResourceVariable** variables = nullptr;
  void* (*allocate)(void* self, uint32_t bytes) = nullptr;  ///< 8-byte aligned persistent memory; null if there is none left
  void* self = nullptr;
};

/// A tensor with the shape of this run: the file's, or shapes[index] where shapes may change.
Tensor tensor_of_run(const Model& model, const Shape* shapes, uint32_t index);

class PrepareContext {
 public:
  PrepareContext(const PrepareBackend& backend, const Operator& op, const OpRegistration& registration)
      : backend_(backend), op_(op), registration_(registration) {}

  uint32_t input_count() const { return op_.inputs.count; }
  uint32_t output_count() const { return op_.outputs.count; }
  const Indices& inputs() const { return op_.inputs; }
  const Indices& outputs() const { return op_.outputs; }
  bool has_input(uint32_t slot) const { return slot < op_.inputs.count && op_.inputs[slot] >= 0; }
  /// Decoded tensors, with the shapes of this run. An absent optional input has type kNone.
  Tensor input(uint32_t slot) const;
  Tensor output(uint32_t slot) const;
  /// What describes a value inside the operator; type kNone where the file has none.
  Tensor intermediate(uint32_t slot) const;
  const Table& options() const { return op_.options; }
  /// What a CUSTOM operator brings along, as its converter wrote it: mostly a FlexBuffer, see model/flexbuffer.h.
  Span<const uint8_t> custom_options() const { return op_.custom_options; }
  Contract contract() const { return backend_.contract; }
  const OpRegistration& registration() const { return registration_; }
  const Model& model() const { return *backend_.model; }
  /// Any tensor of the model, with its shape of this run.
  Tensor tensor(int32_t index) const { return decode(index); }
  /// Where the model's resource variables are listed, see ops/common/resource_variables.h.
  ResourceVariable** variables() const { return backend_.variables; }

  /// kTensorCount unless the operator has that many inputs and outputs; inputs from `required` on may be absent. kBadShape if an
  /// input has no elements, but for slot `may_be_empty`. Every prepare() calls this first.
  Status expect(uint32_t required, uint32_t most, uint32_t outputs = 1, uint32_t may_be_empty = kNoSlot) const;
  static constexpr uint32_t kNoSlot = 0xffffffff;
  /// The output's shape as computed from the inputs; kShapeMismatch if the file says otherwise and shapes are final. kWrittenTwice
  /// if the output is a constant or a variable.
  Status set_output_shape(uint32_t slot, const Shape& shape);
  void request_scratch(uint32_t bytes) { scratch_bytes_ = bytes; }
  /// Memory that lives as long as the interpreter, zeroed: a T, followed by `extra_bytes` 4-byte aligned bytes.
  template <class T>
  Status allocate(T** out, uint64_t extra_bytes = 0) {
    static_assert(sizeof(T) % 4 == 0, "what follows must be aligned");
    return allocate_bytes(reinterpret_cast<void**>(out), sizeof(T) + extra_bytes);
  }

  Status fail_input(uint32_t slot, Code code) const;
  Status fail_output(uint32_t slot, Code code) const;
  /// The integers (int32 or int64) of a constant input, at most `most`; kNotConstant where it is computed.
  Status constant_ints(uint32_t slot, int32_t* out, uint32_t most, uint32_t* count) const;

  uint32_t scratch_bytes() const { return scratch_bytes_; }
  void* prepared() const { return prepared_; }

 private:
  Status allocate_bytes(void** out, uint64_t bytes);
  Tensor decode(int32_t index) const;

  const PrepareBackend& backend_;
  const Operator& op_;
  const OpRegistration& registration_;
  uint32_t scratch_bytes_ = 0;
  void* prepared_ = nullptr;
};

using PrepareFunction = Status (*)(PrepareContext&);

/// Kernels for one combination of types. kAny matches whatever is there, also nothing.
struct Variant {
  Type input0, input1, output0;
  PrepareFunction prepare;
  EvalFunction eval;
  ResetFunction reset = nullptr;  ///< of an operator that keeps a state
};

/// An operator as the resolver holds it. Two registrations of an operator differ in the variants that they link.
struct OpRegistration {
  int32_t builtin;
  int32_t newest_version;
  const Variant* variants;
  uint32_t variant_count;
  const char* custom_name = nullptr;  ///< of a CUSTOM operator, as the file has it
  const void* user = nullptr;         ///< for prepare(), of registrations that are made at run time

  bool is_for(const Operator& op) const;
};

/// The variant for the operator's types, or null.
const Variant* find_variant(const OpRegistration& registration, const Model& model, const Operator& op);

}  // namespace midge
