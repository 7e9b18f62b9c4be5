// The folder of real models that not everybody has, for tests on the host. Without it they skip, but fail in CI.
#pragma once
#include <cstdlib>
#include <filesystem>

namespace midge::testing {

inline std::filesystem::path shared_folder() {
  const char* named = std::getenv("MIDGE_SHARED");
  return named != nullptr ? std::filesystem::path(named) : std::filesystem::path(MIDGE_DIGITS) / "../../../shared";
}

}  // namespace midge::testing

/// At the start of a test that needs something of the folder.
#define MIDGE_NEEDS_SHARED(there)                                                                                  \
  do {                                                                                                             \
    if (there) break;                                                                                              \
    if (std::getenv("CI") != nullptr) FAIL() << "needs the shared folder of models (../shared, or $MIDGE_SHARED)"; \
    GTEST_SKIP() << "needs the shared folder of models (../shared, or $MIDGE_SHARED)";                             \
  } while (false)
