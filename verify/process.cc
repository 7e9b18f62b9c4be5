// See process.h.
#include "verify/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <thread>

extern char** environ;

namespace midge {
namespace {

/// Both ends close on exec, so that no child inherits another's pipes.
void make_pipe(int ends[2]) {
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
}

/// Starts argv with these descriptors as its stdin, stdout and stderr. Gives the pid, or throws.
pid_t spawn(const std::vector<std::string>& argv, int in, int out, int error) {
  std::vector<char*> arguments;
  for (const std::string& a : argv) arguments.push_back(const_cast<char*>(a.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO);
  pid_t pid = -1;
  const int code = posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (code != 0) throw std::system_error(code, std::generic_category(), argv[0]);
  return pid;
}

int exit_code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

}  // namespace

Process::Process(const std::vector<std::string>& argv) {
  signal(SIGPIPE, SIG_IGN);  // a child that ends early is a result, not our end
  int in[2], out[2], error[2];
  make_pipe(in);
  make_pipe(out);
  make_pipe(error);
  to_child_ = in[1], from_child_ = out[0], errors_ = error[0];
  try {
    pid_ = spawn(argv, in[0], out[1], error[1]);
  } catch (...) {
    ::close(in[0]), ::close(out[1]), ::close(error[1]);
    close_all();
    throw;
  }
  ::close(in[0]), ::close(out[1]), ::close(error[1]);
  fcntl(errors_, F_SETFL, O_NONBLOCK);
}

Process::~Process() {
  kill();
  close_all();
}

void Process::close_all() {
  for (int* fd : {&to_child_, &from_child_, &errors_}) {
    if (*fd >= 0) ::close(*fd);
    *fd = -1;
  }
}

bool Process::write(std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(to_child_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
  return true;
}

Process::ReadStatus Process::read(std::span<uint8_t> bytes, std::chrono::milliseconds timeout) {
  while (!bytes.empty()) {
    pollfd p{from_child_, POLLIN, 0};
    const int ready = ::poll(&p, 1, static_cast<int>(timeout.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) return ReadStatus::kTimeout;
    const ssize_t n = ::read(from_child_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return ReadStatus::kClosed;
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
  return ReadStatus::kOk;
}

int Process::wait(std::chrono::milliseconds timeout) {
  if (pid_ < 0) return -1;
  if (to_child_ >= 0) ::close(to_child_);
  to_child_ = -1;
  const auto end = std::chrono::steady_clock::now() + timeout;
  int status = 0;
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() >= end) {
      kill();
      return -1;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  pid_ = -1;
  return exit_code_of(status);
}

void Process::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string Process::error_text() {
  char buffer[4096];
  for (ssize_t n; (n = ::read(errors_, buffer, sizeof buffer)) > 0;) {
    constexpr size_t kMost = 65536;
    if (error_text_.size() < kMost) error_text_.append(buffer, static_cast<size_t>(n));
  }
  return error_text_;
}

CommandResult run_command(const std::vector<std::string>& argv) {
  int out[2];
  make_pipe(out);
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  CommandResult result;
  pid_t pid;
  try {
    pid = spawn(argv, null, out[1], out[1]);
  } catch (const std::system_error& e) {
    ::close(null), ::close(out[0]), ::close(out[1]);
    result.exit_code = 127;
    result.output = e.what();
    return result;
  }
  ::close(null), ::close(out[1]);
  char buffer[4096];
  for (;;) {
    const ssize_t n = ::read(out[0], buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    result.output.append(buffer, static_cast<size_t>(n));
  }
  ::close(out[0]);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_code = exit_code_of(status);
  return result;
}

}  // namespace midge
