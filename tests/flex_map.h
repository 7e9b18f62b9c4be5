// FlexMap: a FlexBuffer map, for the options of custom operators. Freestanding; numbers and offsets are 4 bytes wide. Keys come in the
// order of their bytes, as the format wants them.
//
//   m.prepare(ops::signal_window, FlexMap().integer("shift", 12).options())
#pragma once
#include "tests/flat_writer.h"
#include "tests/tflite_builder.h"

namespace midge {
namespace testing {

class FlexMap {
 public:
  FlexMap& integer(const char* key, int32_t v) { return add(key, static_cast<uint32_t>(v), kInt); }
  FlexMap& boolean(const char* key, bool v) { return add(key, v ? 1 : 0, kBool); }
  FlexMap& real(const char* key, float v) {
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    return add(key, bits, kFloat);
  }

  /// Options that refer to this object: it must live until the model is written.
  Options options() {
    const Span<const uint8_t> bytes = write();
    return Options().custom(bytes.data, bytes.size);
  }
  Span<const uint8_t> write() {
    FlatWriter w(bytes_, sizeof bytes_);
    uint32_t keys[kMost] = {};
    for (uint32_t i = 0; i < count_; ++i) {
      const uint32_t length = static_cast<uint32_t>(strlen(keys_[i])) + 1;
      keys[i] = w.reserve(length, 1);
      w.copy(keys[i], keys_[i], length);
    }
    const uint32_t key_list = w.reserve(4 + 4 * count_) + 4;
    w.u32(key_list - 4, count_);
    for (uint32_t i = 0; i < count_; ++i) w.u32(key_list + 4 * i, key_list + 4 * i - keys[i]);
    const uint32_t values = w.reserve(12 + 5 * count_) + 12;
    w.u32(values - 12, values - 12 - key_list);
    w.u32(values - 8, 4);
    w.u32(values - 4, count_);
    for (uint32_t i = 0; i < count_; ++i) {
      w.u32(values + 4 * i, values_[i]);
      w.u8(values + 4 * count_ + i, static_cast<uint8_t>(types_[i] << 2 | 2));
    }
    const uint32_t root = w.reserve(6);
    w.u32(root, root - values);
    w.u8(root + 4, kMap << 2 | 2);
    w.u8(root + 5, 4);
    return {bytes_, w.size()};
  }

 private:
  static constexpr uint32_t kMost = 12, kInt = 1, kFloat = 3, kMap = 9, kBool = 26;

  FlexMap& add(const char* key, uint32_t bits, uint32_t type) {
    keys_[count_] = key, values_[count_] = bits, types_[count_++] = static_cast<uint8_t>(type);
    return *this;
  }

  const char* keys_[kMost];
  uint32_t values_[kMost];
  uint8_t types_[kMost];
  uint32_t count_ = 0;
  uint8_t bytes_[512];
};

}  // namespace testing
}  // namespace midge
