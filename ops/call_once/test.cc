// CALL_ONCE: the initialisation runs at the first inference, and again after a reset.
#include "ops/testing_variables.h"

namespace midge {
namespace testing {

void test_call_once(Report& r) {
  constexpr int32_t kInitial[kVariableValues] = {100, -7, 5};
  if (r.next_case()) check_accumulator(r, kInitial);

  // A subgraph that is not there, that is the main one, that has an input.
  constexpr int32_t kWrong[] = {-1, 0, 2, 1};
  for (const int32_t graph : kWrong) {
    if (!r.next_case()) continue;
    TfliteBuilder b;
    b.op(Builtin::CALL_ONCE, list(), list(), Options().i32(0, graph));
    const int32_t x = b.tensor(variable_values());
    b.inputs = b.outputs = list(x);
    b.next_subgraph();
    b.inputs = list(b.tensor(variable_values()));
    const Code expected = graph == 1 ? Code::kTensorCount : Code::kBadIndex;
    r.expect(BuiltModel().init(b, variable_ops()).code() == expected, "a wrong subgraph");
  }
}

}  // namespace testing
}  // namespace midge
