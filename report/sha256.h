// SHA-256 of a file's bytes, by which results name the model that they are about.
#pragma once
#include <cstdint>
#include <span>
#include <string>

namespace midge {

/// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::span<const uint8_t> bytes);

}  // namespace midge
