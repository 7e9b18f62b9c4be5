// What the tests of the signal operators share.
#pragma once
#include "tests/flex_map.h"
#include "tests/one_op.h"

namespace midge {
namespace testing {

/// FNV-1a of the bytes, to compare with those that TFLM's interpreter has given for the same input.
inline uint32_t hash_of(const void* data, size_t bytes) {
  uint32_t h = 0x811c9dc5;
  for (size_t i = 0; i < bytes; ++i) h = (h ^ static_cast<const uint8_t*>(data)[i]) * 0x01000193;
  return h;
}

/// `what` must be refused with this code.
inline bool expect_refused(Report& r, Status status, Code code, const char* what) { return r.expect(status.code() == code, what); }

/// Over the type's range; float32 in [-1, 1).
inline void fill_signal(Random& random, int16_t* to, int32_t n) {
  for (int32_t i = 0; i < n; ++i) to[i] = static_cast<int16_t>(random.next() >> 16);
}
inline void fill_signal(Random& random, int32_t* to, int32_t n) {
  for (int32_t i = 0; i < n; ++i) to[i] = static_cast<int32_t>(random.next());
}
inline void fill_signal(Random& random, float* to, int32_t n) {
  for (int32_t i = 0; i < n; ++i) to[i] = random.real(-1, 1);
}

template <class T>
constexpr Type type_of();
template <>
constexpr Type type_of<int16_t>() {
  return Type::kInt16;
}
template <>
constexpr Type type_of<int32_t>() {
  return Type::kInt32;
}
template <>
constexpr Type type_of<float>() {
  return Type::kFloat32;
}

/// Lengths with every radix, and what TFLM's interpreter makes of fill_signal() with the length as seed: int16, int32, float32.
struct FftGolden {
  int32_t length;
  uint32_t forward[3], inverse[3];
};
constexpr FftGolden kFftGoldens[] = {
    {4, {0xe7b724ff, 0xadc996e4, 0xbbd63b05}, {0x0a3ccde9, 0x62d87fbb, 0x1af3639d}},
    {6, {0xb3d02bb9, 0x6a6e8de6, 0xc6e30110}, {0xc1b515c9, 0x4cab7eab, 0xdb19dce6}},
    {8, {0x1d242c19, 0x82a32081, 0xb6f8ec45}, {0xe7378d4b, 0x5a6c5787, 0x5069f24e}},
    {10, {0x3b37f61a, 0xa21e4efd, 0x85d2d227}, {0xb1c26d10, 0x0c562c3e, 0x82dbd07e}},
    {12, {0xbfda807a, 0xac677b6a, 0x116b6e80}, {0x3f1fe2d1, 0x25375fdc, 0x105e592a}},
    {16, {0x1ed834aa, 0xe0332f96, 0x06c27c56}, {0x918e3150, 0xdfab02e9, 0x62720941}},
    {18, {0x061783c0, 0xa47b4142, 0xe6e84d7c}, {0xadbe75c0, 0x9dc81a76, 0x78b26cce}},
    {30, {0x76f93b67, 0x4e2795e2, 0x4bf01c7c}, {0x104da365, 0x3ee41687, 0x341690c1}},
    {50, {0xf04b6f6a, 0xc64bec51, 0x2119344c}, {0x34fafb88, 0x4488a62e, 0x1cfa447e}},
    {64, {0x29aaec96, 0xcb60ebb3, 0xc26db548}, {0x421b7171, 0x77d3f575, 0x029f1646}},
    {90, {0xaf501ec8, 0xb68316f5, 0xdecad03a}, {0x59d6e96c, 0x3ba91319, 0xe17f59bd}},
    {128, {0xad3fee39, 0x3b0be82a, 0x5fd33195}, {0xf23a8038, 0x98786dca, 0x63694d39}},
    {200, {0xbcfe56a6, 0x2b83a593, 0xe614f04a}, {0xd5d190de, 0xa5998fe6, 0xca6ee9b8}},
};
constexpr int32_t kMostFft = 200;

}  // namespace testing
}  // namespace midge
