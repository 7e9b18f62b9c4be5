// ASSIGN_VARIABLE: values of another size are refused.
#include "ops/testing_variables.h"

namespace midge {
namespace testing {

void test_assign_variable(Report& r) {
  if (r.next_case()) check_accumulator(r, nullptr);
  if (r.next_case()) {
    TfliteBuilder b;
    const int32_t x = b.tensor({Type::kInt32, shape_of(kVariableValues + 1)});
    const int32_t handle = add_handle(b, "v"), out = add_read(b, handle);
    add_assign(b, handle, x);
    b.inputs = list(x), b.outputs = list(out);
    r.expect(BuiltModel().init(b, variable_ops()).code() == Code::kShapeMismatch, "another size");
  }
}

}  // namespace testing
}  // namespace midge
