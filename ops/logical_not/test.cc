// LOGICAL_NOT of each byte: any but 0 is true.
#include "tests/one_op.h"

namespace midge {
namespace testing {

void test_logical_not(Report& r) {
  if (r.next_case()) {
    OneOp m;
    m.input({Type::kBool, shape_of(16, 16)});
    m.output({Type::kBool, shape_of(16, 16)});
    if (!r.expect_ok(m.prepare(ops::logical_not), "prepare")) return;
    uint8_t expected[256];
    for (int32_t i = 0; i < 256; ++i) {
      m.in<uint8_t>(0)[i] = static_cast<uint8_t>(i);
      expected[i] = i == 0 ? 1 : 0;
    }
    r.expect_ok(m.invoke(), "invoke");
    r.equal("bool", expected, m.out<uint8_t>(), 256);
  }
  if (r.next_case()) {
    OneOp m;
    m.input({Type::kInt8, shape_of(4)});
    m.output({Type::kInt8, shape_of(4)});
    r.expect(m.prepare(ops::logical_not).code() == Code::kUnsupportedType, "refuses int8");
  }
}

}  // namespace testing
}  // namespace midge
