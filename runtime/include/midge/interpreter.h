// Interpreter: runs a .tflite model that stays where it is (in flash) with one arena from the caller and nothing else.
//
//   alignas(16) static uint8_t arena[24 * 1024];
//   static midge::Interpreter interpreter;
//   midge::Status status = interpreter.init(model, model_bytes, resolver.list(), arena, sizeof arena);
//   if (!status.ok()) ...                              // interpreter.failure() has the operator, the tensor and the bytes
//   memcpy(interpreter.input(0).data, samples, interpreter.input(0).bytes);
//   status = interpreter.invoke();
//   use(interpreter.output(0).data);
//
// init() checks the file, prepares each operator and plans the memory; invoke() never allocates. Inputs and outputs keep their
// addresses, but an input's bytes may be overwritten during invoke(): write all inputs before each one. No call blocks,
// prints or throws. An interpreter is not thread safe; two on different arenas are independent.
#pragma once
#include "midge/resolver.h"
#include "runtime/arena.h"
#include "runtime/plan.h"

namespace midge {

/// A tensor's place in memory and what the model says of it.
struct TensorView {
  void* data = nullptr;
  uint32_t bytes = 0;
  Tensor info;
};

/// What went wrong in init() or invoke(), beyond the status.
struct Failure {
  Status status;
  int32_t operator_index = -1;  ///< -1: not about one operator
  int32_t tensor_index = -1;    ///< -1: not about one tensor; for a small arena, the largest tensor of the plan
  uint32_t needed_bytes = 0;    ///< kArenaTooSmall: what the arena must have. Exact once the arena holds the planner's table
                                ///< (16 bytes a tensor and operator), a lower bound below that.
  uint32_t arena_bytes = 0;     ///< kArenaTooSmall: what it has
};

/// Called around each operator of the main subgraph, where one is set. Plain functions, so that no vtable is linked.
struct Profiler {
  void (*begin_operator)(void* self, uint32_t index) = nullptr;
  void (*end_operator)(void* self, uint32_t index) = nullptr;
  void* self = nullptr;
};

struct InterpreterOptions {
  Contract contract = Contract::kLitert;
  /// tensor_count() shapes where shapes may differ from the file's (resizing on a host); null on devices.
  Shape* shapes = nullptr;
  /// Offsets that the file brings along (OfflineMemoryAllocation) are used, else only checked. A host that is the judge of a
  /// target does not use them: a plan that wrongly lets an operator work in place then shows as a difference.
  bool use_embedded_plan = true;
  /// Inputs keep their bytes during invoke(), so that they need not be written before each one. Costs memory. A
  /// plan that the file brings along may still overwrite them.
  bool keep_inputs = false;
  /// Every tensor gets memory of its own, so that all can be read after invoke(). Costs their sum.
  bool keep_all_tensors = false;
};

class Interpreter {
 public:
  Interpreter() = default;
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  /// Prepares the model on a buffer of its own. Everything passed in must outlive the interpreter.
  Status init(const void* model, size_t model_bytes, const OpList& ops, void* arena, size_t arena_bytes,
              const InterpreterOptions& options = InterpreterOptions());
  /// Prepares the model on an arena that other models use too. Their activations share memory: between this model's
  /// invoke() and the reading of its outputs no other model on the arena may run. Variables are kept apart.
  Status init(const void* model, size_t model_bytes, const OpList& ops, Arena* arena, const InterpreterOptions& options = InterpreterOptions());

  /// Runs every operator once. kNotReady unless init() succeeded; kBadData where an operator meets a value that it refuses;
  /// kMoreInput where a streaming operator stops the run until it has gathered enough: the outputs are then older ones.
  Status invoke();
  /// Sets every variable tensor and resource variable to its zero point (zero bytes where it has none), and what operators keep
  /// between inferences to what it was after init().
  Status reset_variables();

  uint32_t input_count() const { return model_.inputs().count; }
  uint32_t output_count() const { return model_.outputs().count; }
  /// data is null for an index out of range or before init() has succeeded.
  TensorView input(uint32_t i) const { return i < input_count() ? tensor(model_.inputs()[i]) : TensorView(); }
  TensorView output(uint32_t i) const { return i < output_count() ? tensor(model_.outputs()[i]) : TensorView(); }
  TensorView tensor(int32_t i) const;

  /// Bytes of the arena that are in use, by this model and those before it on the same arena.
  size_t arena_used_bytes() const { return arena_ == nullptr ? 0 : arena_->used(); }
  /// Bytes of the largest operator's scratch, which lie inside the arena.
  uint32_t scratch_bytes() const { return scratch_bytes_; }
  const Failure& failure() const { return failure_; }
  const Model& model() const { return model_; }
  /// Null switches profiling off.
  void set_profiler(const Profiler* profiler) { profiler_ = profiler; }

 private:
  struct Node {
    const Variant* variant;
    void* prepared;
    void* scratch;
  };

  Status prepare(const OpList& ops, const InterpreterOptions& options);
  Status prepare_operator(uint32_t i, const OpList& ops, const PrepareBackend& backend, PlanEntry* scratch);
  Status run(uint32_t graph);
  bool resized() const;
  Status place(Span<PlanEntry> entries);
  Status fail(Status status, int32_t operator_index = -1);
  Tensor info(uint32_t i) const;

  Model model_;
  Arena own_arena_;
  Arena* arena_ = nullptr;
  Node* nodes_ = nullptr;
  void** tensors_ = nullptr;
  const Shape* shapes_ = nullptr;
  ResourceVariable* variables_ = nullptr;
  const Profiler* profiler_ = nullptr;
  uint32_t scratch_bytes_ = 0;
  bool ready_ = false;
  Failure failure_;
};

}  // namespace midge
