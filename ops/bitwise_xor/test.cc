// BITWISE_XOR exactly, for each type, with broadcasting.
#include "ops/testing_pairs.h"

namespace midge {
namespace testing {

void test_bitwise_xor(Report& r) {
  const auto f = [](auto a, auto b) { return (a & ~b) | (~a & b); };
  check_pairs<int8_t, int8_t>(r, ops::bitwise_xor, {-128, 127}, {-128, 127}, f);
  check_pairs<uint8_t, uint8_t>(r, ops::bitwise_xor, {0, 255}, {0, 255}, f);
  check_pairs<int16_t, int16_t>(r, ops::bitwise_xor, {-9999, 9999}, {-9999, 9999}, f);
  check_pairs<uint16_t, uint16_t>(r, ops::bitwise_xor, {0, 65535}, {0, 65535}, f);
  check_pairs<int32_t, int32_t>(r, ops::bitwise_xor, {INT32_MIN, INT32_MAX}, {INT32_MIN, INT32_MAX}, f);
  check_pairs<uint32_t, uint32_t>(r, ops::bitwise_xor, {INT32_MIN, INT32_MAX}, {INT32_MIN, INT32_MAX}, f);
  check_pairs_refused(r, ops::bitwise_xor, Type::kInt32, Type::kInt32);
}

}  // namespace testing
}  // namespace midge
