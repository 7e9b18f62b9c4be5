// Resource variables: what the tests of VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE and CALL_ONCE build on.
#pragma once
#include "ops/testing.h"
#include "tests/built_model.h"

namespace midge {
namespace testing {

constexpr int32_t kVariableValues = 3;
inline TensorSpec variable_values() { return {Type::kInt32, shape_of(kVariableValues)}; }
inline TensorSpec handle_spec() { return {Type::kResource, shape_of(1)}; }

/// Adds VAR_HANDLE of that name; returns the handle's tensor.
inline int32_t add_handle(TfliteBuilder& b, const char* name, const char* container = "") {
  const int32_t handle = b.tensor(handle_spec());
  b.op(Builtin::VAR_HANDLE, list(), list(handle), Options().text(0, container).text(1, name));
  return handle;
}

inline int32_t add_read(TfliteBuilder& b, int32_t handle, const TensorSpec& value = variable_values()) {
  const int32_t out = b.tensor(value);
  b.op(Builtin::READ_VARIABLE, list(handle), list(out));
  return out;
}

inline void add_assign(TfliteBuilder& b, int32_t handle, int32_t value) { b.op(Builtin::ASSIGN_VARIABLE, list(handle, value), list()); }

inline OpList variable_ops() {
  static const OpRegistration* const kOps[] = {&ops::var_handle, &ops::read_variable, &ops::assign_variable, &ops::call_once, &ops::add_s32};
  return OpList(kOps, 5);
}

/// total = total + x: returns the tensor of x; the output is the new total. `initial`: what a CALL_ONCE assigns, or null.
inline int32_t accumulator(TfliteBuilder& b, const int32_t* initial) {
  const int32_t x = b.tensor(variable_values());
  b.inputs = list(x);
  if (initial != nullptr) b.op(Builtin::CALL_ONCE, list(), list(), Options().i32(0, 1));
  const int32_t handle = add_handle(b, "total"), before = add_read(b, handle), sum = b.tensor(variable_values());
  b.op(Builtin::ADD, list(before, x), list(sum));
  add_assign(b, handle, sum);
  b.outputs = list(sum);
  if (initial == nullptr) return x;
  TensorSpec constant = variable_values();
  constant.data = initial, constant.data_bytes = sizeof(int32_t) * kVariableValues;
  b.next_subgraph();
  const int32_t value = b.tensor(constant);
  add_assign(b, add_handle(b, "total"), value);
  return x;
}

/// Runs the accumulator on 1, 2, 3: the totals must start at `initial` (null: zero), and again after reset_variables().
inline void check_accumulator(Report& r, const int32_t* initial) {
  TfliteBuilder b;
  const int32_t x = accumulator(b, initial);
  BuiltModel m;
  if (!r.expect_ok(m.init(b, variable_ops()), "prepare")) return;
  for (int32_t pass = 0; pass < 2; ++pass) {
    int32_t expected[kVariableValues];
    for (int32_t i = 0; i < kVariableValues; ++i) expected[i] = initial != nullptr ? initial[i] : 0;
    for (int32_t turn = 0; turn < 3; ++turn) {
      for (int32_t i = 0; i < kVariableValues; ++i) expected[i] += m.data<int32_t>(x)[i] = i + 1;
      r.expect_ok(m.interpreter.invoke(), "invoke");
      r.equal("total", expected, static_cast<const int32_t*>(m.interpreter.output(0).data), kVariableValues);
    }
    r.expect_ok(m.interpreter.reset_variables(), "reset");
  }
}

}  // namespace testing
}  // namespace midge
