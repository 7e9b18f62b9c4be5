// VAR_HANDLE: the same name is the same variable, in every subgraph; another name or container is another one.
#include "ops/testing_variables.h"

namespace midge {
namespace testing {

void test_var_handle(Report& r) {
  if (!r.next_case()) return;
  TfliteBuilder b;
  const int32_t x = b.tensor(variable_values()), y = b.tensor(variable_values());
  add_assign(b, add_handle(b, "x"), x);
  add_assign(b, add_handle(b, "x", "elsewhere"), y);
  const int32_t out_x = add_read(b, add_handle(b, "x")), out_y = add_read(b, add_handle(b, "x", "elsewhere"));
  b.inputs = list(x, y), b.outputs = list(out_x, out_y);
  BuiltModel m;
  if (!r.expect_ok(m.init(b, variable_ops()), "prepare")) return;
  constexpr int32_t kX[] = {1, 2, 3}, kY[] = {-4, 5, -6};
  for (int32_t i = 0; i < kVariableValues; ++i) m.data<int32_t>(x)[i] = kX[i], m.data<int32_t>(y)[i] = kY[i];
  r.expect_ok(m.interpreter.invoke(), "invoke");
  r.equal("x", kX, m.data<int32_t>(out_x), kVariableValues);
  r.equal("x of elsewhere", kY, m.data<int32_t>(out_y), kVariableValues);
}

}  // namespace testing
}  // namespace midge
