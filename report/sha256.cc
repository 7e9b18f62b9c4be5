// See sha256.h. The digest is libmd's.
#include "report/sha256.h"

#include <sys/types.h>

#include <sha2.h>

namespace midge {

std::string sha256_hex(std::span<const uint8_t> bytes) {
  char text[SHA256_DIGEST_STRING_LENGTH];
  SHA256Data(bytes.data(), bytes.size(), text);
  return text;
}

struct Sha256::State {
  SHA2_CTX context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { SHA256Init(&state_->context); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const uint8_t> bytes) { SHA256Update(&state_->context, bytes.data(), bytes.size()); }

std::string Sha256::finish() {
  char text[SHA256_DIGEST_STRING_LENGTH];
  SHA256End(&state_->context, text);
  SHA256Init(&state_->context);
  return text;
}

}  // namespace midge
