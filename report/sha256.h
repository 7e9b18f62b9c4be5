// SHA-256 of bytes, by which results name the model and the data that they are about.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace midge {

/// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::span<const uint8_t> bytes);

/// The same over bytes that come in parts.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::span<const uint8_t> bytes);
  /// Of everything so far; the object is as new afterwards.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace midge
