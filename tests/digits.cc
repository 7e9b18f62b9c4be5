// See digits.h.
#include "tests/digits.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "report/npz.h"

namespace midge::testing {

ExactBlock::ExactBlock(size_t size, size_t offset) : block_(nullptr, [](uint8_t* p) { std::free(p); }), size_(size) {
  void* p = nullptr;
  if (posix_memalign(&p, 32, offset + size + (offset + size == 0 ? 1 : 0)) != 0) throw std::bad_alloc();
  block_.reset(static_cast<uint8_t*>(p));
  data_ = block_.get() + offset;
}

ExactBlock::ExactBlock(std::span<const uint8_t> bytes, size_t offset) : ExactBlock(bytes.size(), offset) {
  if (!bytes.empty()) std::memcpy(data_, bytes.data(), bytes.size());
}

std::vector<uint8_t> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error(path + ": cannot be read");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

const std::vector<uint8_t>& digits_model() {
  static const std::vector<uint8_t> bytes = read_file(MIDGE_DIGITS "digits.tflite");
  return bytes;
}

const Digits& digits() {
  static const Digits all = [] {
    const NpzReader file(read_file(MIDGE_DIGITS "digits_test.npz"), "digits_test.npz");
    const auto values = [&](const char* name) {
      const NpyArray a = file.get(name);
      if (a.type != Type::kInt8) throw std::runtime_error(std::string(name) + " is not int8");
      return std::vector<int8_t>(a.bytes.begin(), a.bytes.end());
    };
    Digits d;
    d.images = values("in0");
    d.outputs = values("out0");
    if (d.count() == 0 || d.images.size() != d.count() * Digits::kImageBytes)
      throw std::runtime_error("digits_test.npz: unexpected shapes");
    return d;
  }();
  return all;
}

}  // namespace midge::testing
