// SignalFilterBankSquareRoot: squares, their neighbours and the points where rounding turns; every shift.
#include "ops/testing_signal.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kCount = 16;

void check(Report& r, const uint64_t (&in)[kCount], const uint32_t (&roots)[kCount], int32_t scale_bits) {
  OneOp m;
  m.input({Type::kUint64, shape_of(kCount)});
  m.input({Type::kInt32, Shape()});
  m.output({Type::kUint32, shape_of(kCount)});
  if (!r.expect_ok(m.prepare(ops::signal_filter_bank_square_root), "prepare")) return;
  memcpy(m.in<uint64_t>(0), in, sizeof in);
  *m.in<int32_t>(1) = scale_bits;
  const Status status = m.invoke();
  if (scale_bits < 0 || scale_bits > 31) {
    r.expect(status.code() == Code::kBadData, "a shift beyond 32 bits");
    return;
  }
  int64_t expected[kCount], actual[kCount];
  for (int32_t i = 0; i < kCount; ++i) {
    expected[i] = roots[i] >> scale_bits;
    actual[i] = m.out<uint32_t>()[i];
  }
  if (r.expect_ok(status, "invoke")) r.equal("uint32", expected, actual, kCount);
}

}  // namespace

void test_signal_filter_bank_square_root(Report& r) {
  for (int32_t i = 0; i < 12; ++i) {  // roots of up to 32 bits
    if (!r.next_case()) continue;
    Random random = r.random();
    uint64_t in[kCount];
    uint32_t roots[kCount];
    for (int32_t k = 0; k < kCount; k += 4) {
      const uint64_t root = (random.next() >> (2 * i + k / 4)) | 1;
      in[k] = root * root, roots[k] = static_cast<uint32_t>(root);
      in[k + 1] = root * root - root, roots[k + 1] = static_cast<uint32_t>(root - 1);    // the last that is nearer to root - 1
      in[k + 2] = root * root - root + 1, roots[k + 2] = static_cast<uint32_t>(root);
      in[k + 3] = root * root + root, roots[k + 3] = static_cast<uint32_t>(root);
    }
    check(r, in, roots, 0);
  }
  constexpr uint64_t kIn[kCount] = {
      0, 1, 2, 3, 6, 7, 0xfffe0001, 0xffffffff, 0x100000000, 0x10000ffff, 0x100010000, 0x100010001, 0xfffffffe00000001, 0xffffffffffffffff, 10528000193, 2350911449};
  constexpr uint32_t kRoots[kCount] = {0, 1, 1, 2, 2, 3, 65535, 65535, 65536, 65536, 65536, 65537, 0xffffffff, 0xffffffff, 102606, 48486};
  for (int32_t bits = -1; bits <= 32; ++bits) {
    if (r.next_case()) check(r, kIn, kRoots, bits);
  }
}

}  // namespace testing
}  // namespace midge
