// READ_VARIABLE: what was assigned, the zero point before; handles that are no variable's.
#include "ops/testing_variables.h"

namespace midge {
namespace testing {

void test_read_variable(Report& r) {
  if (r.next_case()) check_accumulator(r, nullptr);
  if (r.next_case()) {
    TfliteBuilder b;
    const TensorSpec value = {Type::kInt8, shape_of(5), 0.5f, -3};
    const int32_t out = add_read(b, add_handle(b, "never assigned"), value);
    b.outputs = list(out);
    BuiltModel m;
    constexpr int8_t kExpected[] = {-3, -3, -3, -3, -3};
    if (r.expect_ok(m.init(b, variable_ops()), "prepare") && r.expect_ok(m.interpreter.invoke(), "invoke")) {
      r.equal("unassigned", kExpected, m.data<int8_t>(out), 5);
    }
  }
  // A handle from the file: of no variable, and of a variable of another size.
  constexpr int32_t kForged[] = {1234567, 0};
  for (const int32_t& forged : kForged) {
    if (!r.next_case()) continue;
    TfliteBuilder b;
    TensorSpec handle = handle_spec();
    handle.data = &forged, handle.data_bytes = sizeof forged;
    add_read(b, add_handle(b, "v"));
    b.outputs = list(add_read(b, b.tensor(handle), {Type::kInt32, shape_of(100)}));
    BuiltModel m;
    if (r.expect_ok(m.init(b, variable_ops()), "prepare")) r.expect(m.interpreter.invoke().code() == Code::kBadData, "a forged handle");
  }
}

}  // namespace testing
}  // namespace midge
