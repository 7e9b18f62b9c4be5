// The example model and its images, and heap blocks that are exactly as long as what they hold, so that the address sanitizer sees
// one byte too far.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace midge::testing {

/// Bytes at an address that is `offset` past a multiple of 16, in a block that ends with them.
class ExactBlock {
 public:
  explicit ExactBlock(std::span<const uint8_t> bytes, size_t offset = 0);
  explicit ExactBlock(size_t size, size_t offset = 0);
  uint8_t* data() { return data_; }
  size_t size() const { return size_; }

 private:
  std::unique_ptr<uint8_t[], void (*)(uint8_t*)> block_;
  uint8_t* data_;
  size_t size_;
};

std::vector<uint8_t> read_file(const std::string& path);

/// examples/digits/digits.tflite.
const std::vector<uint8_t>& digits_model();

/// The images and what LiteRT's reference kernels answer for them.
struct Digits {
  static constexpr size_t kImageBytes = 64, kOutputs = 10;
  std::vector<int8_t> images, outputs;

  size_t count() const { return outputs.size() / kOutputs; }
  const int8_t* image(size_t i) const { return &images[i * kImageBytes]; }
  const int8_t* output(size_t i) const { return &outputs[i * kOutputs]; }
};
const Digits& digits();

}  // namespace midge::testing
