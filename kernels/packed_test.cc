// Unpacking against the definition, from every element to every other.
#include "kernels/packed/packed.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace midge {
namespace {

TEST(Packed, UnpacksWhatIsAskedAndNoMore) {
  std::mt19937 random(1);
  std::vector<uint8_t> bytes(8);
  for (uint8_t& b : bytes) b = static_cast<uint8_t>(random());
  for (const int bits : {4, 2}) {
    const int n = static_cast<int>(bytes.size()) * 8 / bits;
    for (int first = 0; first < n; ++first) {
      for (int count = 0; count <= n - first; ++count) {
        std::vector<int8_t> expected, out(static_cast<size_t>(count));
        for (int i = first; i < first + count; ++i) {
          const int field = bytes[static_cast<size_t>(i * bits / 8)] >> (i * bits % 8) & ((1 << bits) - 1);
          expected.push_back(static_cast<int8_t>(field >= 1 << (bits - 1) ? field - (1 << bits) : field));
        }
        unpack_s8(bytes.data(), bits, first, count, out.data());
        ASSERT_EQ(out, expected) << bits << " bits, " << count << " from " << first;
      }
    }
  }
}

TEST(Packed, BytesAreTakenInPlace) {
  const int8_t elements[] = {1, -2, 3};
  EXPECT_EQ(as_s8(elements, 8, 1, 2, nullptr), elements + 1);
  int8_t buffer[2];
  EXPECT_EQ(as_s8("\x2f", 4, 0, 2, buffer), buffer);
  EXPECT_EQ(buffer[0], -1);
  EXPECT_EQ(buffer[1], 2);
}

}  // namespace
}  // namespace midge
