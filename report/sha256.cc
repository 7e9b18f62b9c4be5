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

}  // namespace midge
