// OneOp: a model of a single operator, run by the interpreter: the shortest way to test prepare() and eval() together. Freestanding;
// file and arena are static, so one at a time.
//
//   OneOp m;
//   m.input({Type::kInt8, shape_of(1, 4), 0.5f});
//   m.output({Type::kInt8, shape_of(1, 4), 0.5f});
//   if (!r.expect_ok(m.prepare(ops::relu), "prepare")) continue;
//   random.fill_s8(m.in<int8_t>(0), 4);
//   r.expect_ok(m.invoke(), "invoke");
//   ... m.out<int8_t>() ...
#pragma once
#include "ops/testing.h"
#include "tests/built_model.h"

namespace midge {
namespace testing {

class OneOp {
 public:
  /// Inputs in the operator's order; constants have data.
  int32_t input(const TensorSpec& t) {
    const int32_t i = builder_.tensor(t);
    in_.values[in_.count++] = i;
    if (t.data == nullptr && !t.is_variable) builder_.inputs.values[builder_.inputs.count++] = i;
    return i;
  }
  /// An optional input that the operator does without.
  void absent() { in_.values[in_.count++] = -1; }
  /// A value inside the operator, of which only the scale counts.
  void intermediate(const TensorSpec& t) { intermediates_.values[intermediates_.count++] = builder_.tensor(t); }
  int32_t output(const TensorSpec& t) {
    const int32_t i = builder_.tensor(t);
    out_.values[out_.count++] = i;
    builder_.outputs.values[builder_.outputs.count++] = i;
    return i;
  }

  Status prepare(const OpRegistration& op, const Options& options = Options(), Contract contract = Contract::kLitert) {
    builder_.op(static_cast<Builtin>(op.builtin), in_, out_, options, 1, op.custom_name);
    builder_.intermediates(intermediates_);
    const OpRegistration* const ops[] = {&op};
    return model_.init(builder_, OpList(ops, 1), contract);
  }
  Status invoke() { return model_.interpreter.invoke(); }
  Status reset() { return model_.interpreter.reset_variables(); }

  /// By the slot of input(): also a constant's, which must not be written.
  template <class T>
  T* in(uint32_t slot) const {
    return model_.data<T>(in_.values[slot]);
  }
  template <class T>
  T* out(uint32_t slot = 0) const {
    return model_.data<T>(out_.values[slot]);
  }

 private:
  TfliteBuilder builder_;
  IndexList in_, out_, intermediates_;
  BuiltModel model_;
};

}  // namespace testing
}  // namespace midge
