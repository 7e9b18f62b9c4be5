// Process: a child with its stdin and stdout as pipes, killed when it is dropped. And run_command, for tools.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace midge {

class Process {
 public:
  enum class ReadStatus { kOk, kClosed, kTimeout };

  /// Starts argv[0], found on PATH. std::system_error if that fails. Its stderr goes to a pipe that error_text() reads.
  explicit Process(const std::vector<std::string>& argv);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Writes all bytes; false once the child has closed its stdin.
  bool write(std::span<const uint8_t> bytes);
  /// Reads exactly that many bytes, waiting at most `timeout` for each part of them.
  ReadStatus read(std::span<uint8_t> bytes, std::chrono::milliseconds timeout);
  /// Closes its stdin and waits; kills it after `timeout`. The exit status, or -1 where it was killed or ended by a signal.
  int wait(std::chrono::milliseconds timeout);
  void kill();
  /// What the child has written to stderr so far.
  std::string error_text();

 private:
  void close_all();

  pid_t pid_ = -1;
  int to_child_ = -1, from_child_ = -1, errors_ = -1;
  std::string error_text_;
};

/// What a finished command said.
struct CommandResult {
  int exit_code = 0;   ///< 127: not found
  std::string output;  ///< stdout and stderr together
};

/// Runs a command to its end with no input.
CommandResult run_command(const std::vector<std::string>& argv);

}  // namespace midge
