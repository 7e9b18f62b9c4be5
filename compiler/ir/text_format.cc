#include "compiler/ir/text_format.h"

#include <array>

namespace midge::ir {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(std::span<const uint8_t> bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t n = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) group = group << 8 | (k < n ? bytes[i + k] : 0u);
    for (size_t k = 0; k < 4; ++k) out += k <= n ? kAlphabet[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

bool from_base64(const std::string& text, Bytes* out) {
  static const std::array<int8_t, 256> values = [] {
    std::array<int8_t, 256> v;
    v.fill(-1);
    for (int8_t i = 0; i < 64; ++i) v[static_cast<uint8_t>(kAlphabet[i])] = i;
    return v;
  }();
  if (text.size() % 4 != 0) return false;
  out->clear();
  out->reserve(text.size() / 4 * 3);
  for (size_t i = 0; i < text.size(); i += 4) {
    size_t n = 4;
    while (n > 0 && text[i + n - 1] == '=') --n;
    if (n < 2 || (n < 4 && i + 4 != text.size())) return false;
    uint32_t group = 0;
    for (size_t k = 0; k < 4; ++k) {
      const int8_t v = k < n ? values[static_cast<uint8_t>(text[i + k])] : int8_t{0};
      if (v < 0) return false;
      group = group << 6 | static_cast<uint32_t>(v);
    }
    for (size_t k = 0; k + 1 < n; ++k) out->push_back(static_cast<uint8_t>(group >> (16 - 8 * k)));
  }
  return true;
}

}  // namespace midge::ir
