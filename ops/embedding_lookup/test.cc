// EMBEDDING_LOOKUP: rows of every element size moved, rows of 8, 4 and 2 bits made real, ids outside the table, and what is refused.
#include "ops/embedding_lookup/embedding_lookup.h"
#include "ops/testing_movement.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kRows = 5, kIds[] = {3, 0, 4, 4, 1, 2}, kCount = 6, kRowElements = 9;

Shape table_shape() { return shape_of(kRows, 3, 3); }
Shape out_shape() { return shape_of(kCount, 3, 3); }

template <class T>
void check_moved_rows(Report& r, Type type) {
  OneOp m;
  m.input({Type::kInt32, shape_of(kCount)});
  m.input({type, table_shape(), 0.5f});
  m.output({type, out_shape(), 0.5f});
  if (!r.expect_ok(m.prepare(ops::embedding_lookup), "prepare")) return;
  T expected[kCount * kRowElements];
  for (int32_t i = 0; i < kRows * kRowElements; ++i) m.in<T>(1)[i] = numbered<T>(1, i);
  for (int32_t i = 0; i < kCount * kRowElements; ++i)
    expected[i] = numbered<T>(1, kIds[i / kRowElements] * kRowElements + i % kRowElements);
  memcpy(m.in<int32_t>(0), kIds, sizeof kIds);
  if (r.expect_ok(m.invoke(), "invoke")) r.equal("moved", expected, m.out<T>(), kCount * kRowElements);
  constexpr int32_t kBad[] = {kRows, -1, INT32_MIN, INT32_MAX};
  for (const int32_t bad : kBad) {
    m.in<int32_t>(0)[2] = bad;
    r.expect(m.invoke().code() == Code::kBadData, "an id outside the table");
  }
}

/// Rows of 9 elements are not whole bytes where elements have 4 or 2 bits.
void check_real(Report& r, Type type, bool per_row) {
  Random random = r.random();
  const int32_t bits = static_cast<int32_t>(type_bits(type));
  uint8_t packed[kRows * kRowElements] = {};
  float scales[kRows], expected[kCount * kRowElements];
  int8_t values[kRows * kRowElements];
  for (int32_t row = 0; row < kRows; ++row) scales[row] = random.real(0.01f, 0.1f);
  for (int32_t i = 0; i < kRows * kRowElements; ++i) {
    values[i] = static_cast<int8_t>(random.between(-(1 << (bits - 1)), (1 << (bits - 1)) - 1));
    uint8_t& byte = packed[i * bits / 8];
    byte = static_cast<uint8_t>(byte | (values[i] & ((1 << bits) - 1)) << i * bits % 8);
  }
  OneOp m;
  m.input({Type::kInt32, shape_of(kCount), 0, 0, kIds, sizeof kIds});
  m.input({type, table_shape(), 0, 0, packed, static_cast<uint32_t>((kRows * kRowElements * bits + 7) / 8), scales,
           per_row ? uint32_t{kRows} : 1, 0});
  m.output({Type::kFloat32, out_shape()});
  if (!r.expect_ok(m.prepare(ops::embedding_lookup_hybrid), "prepare real")) return;
  for (int32_t i = 0; i < kCount * kRowElements; ++i) {
    const int32_t row = kIds[i / kRowElements];
    expected[i] = static_cast<float>(values[row * kRowElements + i % kRowElements]) * scales[per_row ? row : 0];
  }
  if (r.expect_ok(m.invoke(), "invoke real")) r.equal("real", expected, m.out<float>(), kCount * kRowElements);
}

void check_refused(Report& r, const char* what, Code code, const TensorSpec& ids, const TensorSpec& table, const TensorSpec& out) {
  if (!r.next_case()) return;
  OneOp m;
  m.input(ids), m.input(table), m.output(out);
  r.expect(m.prepare(ops::embedding_lookup).code() == code, what);
}

void check_refusals(Report& r) {
  const TensorSpec ids{Type::kInt32, shape_of(2)}, table{Type::kInt8, shape_of(3, 4), 0.5f}, out{Type::kInt8, shape_of(2, 4), 0.5f};
  const TensorSpec real{Type::kFloat32, shape_of(2, 4)};
  constexpr float kScales[] = {1, 1, 1, 1};
  check_refused(r, "all well", Code::kOk, ids, table, out);
  check_refused(r, "ids of rank 2", Code::kUnsupportedRank, {Type::kInt32, shape_of(2, 1)}, table, out);
  check_refused(r, "table of rank 1", Code::kUnsupportedRank, ids, {Type::kInt8, shape_of(4), 0.5f}, out);
  check_refused(r, "output's shape", Code::kShapeMismatch, ids, table, {Type::kInt8, shape_of(2, 3), 0.5f});
  check_refused(r, "int8 to int16", Code::kUnsupportedType, ids, table, {Type::kInt16, shape_of(2, 4), 0.5f});
  check_refused(r, "ids of int64", Code::kUnsupportedType, {Type::kInt64, shape_of(2)}, table, out);
  check_refused(r, "a zero point", Code::kQuantization, ids, {Type::kInt8, shape_of(3, 4), 0.5f, 1}, real);
  check_refused(r, "no scale", Code::kQuantization, ids, {Type::kInt8, shape_of(3, 4)}, real);
  check_refused(r, "scales by column", Code::kQuantization, ids, {Type::kInt8, shape_of(3, 4), 0, 0, nullptr, 0, kScales, 4, 1}, real);
}

}  // namespace

void test_embedding_lookup(Report& r) {
  if (r.next_case()) check_moved_rows<int8_t>(r, Type::kInt8);
  if (r.next_case()) check_moved_rows<int16_t>(r, Type::kInt16);
  if (r.next_case()) check_moved_rows<int32_t>(r, Type::kInt32);
  if (r.next_case()) check_moved_rows<float>(r, Type::kFloat32);
  if (r.next_case()) check_moved_rows<int64_t>(r, Type::kInt64);
  constexpr Type kTables[] = {Type::kInt8, Type::kUint8, Type::kInt4, Type::kInt2};
  for (const Type table : kTables) {
    if (r.next_case()) check_real(r, table, false);
    if (r.next_case()) check_real(r, table, true);
  }
  check_refusals(r);
}

}  // namespace testing
}  // namespace midge
