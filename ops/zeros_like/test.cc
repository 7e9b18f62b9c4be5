// ZEROS_LIKE of each element size.
#include "ops/testing_unary.h"

namespace midge {
namespace testing {

void test_zeros_like(Report& r) {
  constexpr Type kTypes[] = {Type::kInt8, Type::kInt16, Type::kFloat32, Type::kInt64};
  for (const Type type : kTypes) {
    if (!r.next_case()) continue;
    OneOp m;
    m.input({type, shape_of(2, 3), 0.5f, 1});
    m.output({type, shape_of(2, 3), 0.5f, 1});
    if (!r.expect_ok(m.prepare(ops::zeros_like), "prepare")) continue;
    uint8_t* const out = m.out<uint8_t>();
    const int32_t bytes = 6 * static_cast<int32_t>(type_bytes(type));
    for (int32_t i = 0; i < bytes; ++i) out[i] = 0xaa;
    r.expect_ok(m.invoke(), "invoke");
    const uint8_t expected[6 * 8] = {};
    r.equal("zeros", expected, out, bytes);
  }
  if (r.next_case())
    check_refused(r, ops::zeros_like, {Type::kInt8, shape_of(4)}, {Type::kInt16, shape_of(4)}, Code::kUnsupportedType, "two types");
}

}  // namespace testing
}  // namespace midge
