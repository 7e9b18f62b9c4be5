// Writing a result to a file so that nobody ever sees half of it: a temporary file beside it, renamed when it is complete.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>

namespace midge::cli {

/// Replaces `path` by these bytes. A path that exists and is not a regular file (/dev/null, a pipe) is written to directly.
/// DiagnosticError (exit 2) if that fails; then `path` is as it was.
void write_output_file(const std::filesystem::path& path, std::span<const uint8_t> bytes);

/// DiagnosticError (exit 2) if write_output_file(path) could not succeed: to be called before long work.
void check_output_file(const std::filesystem::path& path);

/// Ctrl-C, SIGTERM and a closed pipe end the program with code 130, and remove the temporary file if there is one.
void install_signal_handlers();

}  // namespace midge::cli
