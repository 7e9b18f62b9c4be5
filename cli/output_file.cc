// See output_file.h.
#include "cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "cli/verbs.h"
#include "report/diagnostic.h"

namespace midge::cli {
namespace {

// What the signal handler removes. A fixed buffer: a handler may not touch the heap.
constexpr size_t kMaxPath = 4096;
char temporary_path[kMaxPath];
std::atomic<bool> temporary_exists{false};

void stop(int) {
  if (temporary_exists.load()) unlink(temporary_path);
  _exit(kExitInterrupted);
}

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& why) {
  Diagnostic d;
  d.id = "output-file", d.file = path.string(), d.message = "cannot write the file: " + why, d.hint = "check the folder and its permissions";
  throw DiagnosticError(d, kExitMisuse);
}

/// Closes and, unless kept, removes the temporary file.
class Temporary {
 public:
  explicit Temporary(const std::filesystem::path& target) : target_(target) {
    const std::string pattern = target.string() + ".XXXXXX";
    if (pattern.size() >= kMaxPath) fail(target, "the path is too long");
    std::memcpy(temporary_path, pattern.c_str(), pattern.size() + 1);
    // Between the two lines a signal could leave the empty file behind: block it.
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    descriptor_ = mkstemp(temporary_path);
    const int error = errno;
    temporary_exists = descriptor_ >= 0;
    sigprocmask(SIG_SETMASK, &before, nullptr);
    if (descriptor_ < 0) fail(target, std::strerror(error));
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (descriptor_ >= 0) close(descriptor_);
    if (temporary_exists.exchange(false)) unlink(temporary_path);
  }

  int descriptor() const { return descriptor_; }

  void keep() {
    const mode_t mask = umask(0);
    umask(mask);
    if (fchmod(descriptor_, 0666 & ~mask) != 0 || fsync(descriptor_) != 0) fail(target_, std::strerror(errno));
    if (close(std::exchange(descriptor_, -1)) != 0) fail(target_, std::strerror(errno));
    if (std::rename(temporary_path, target_.c_str()) != 0) fail(target_, std::strerror(errno));
    temporary_exists = false;
  }

 private:
  const std::filesystem::path& target_;
  int descriptor_ = -1;
};

void write_all(int descriptor, std::span<const uint8_t> bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t n = write(descriptor, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(path, std::strerror(errno));
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
}

/// The file behind links, so that a link stays one. Also where that file does not exist yet.
std::filesystem::path resolved(std::filesystem::path path) {
  constexpr int kMostLinks = 40;
  std::error_code error;
  for (int i = 0; i < kMostLinks && std::filesystem::is_symlink(path, error); ++i) {
    path = path.parent_path() / std::filesystem::read_symlink(path, error);
  }
  return path;
}

bool is_special(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) && !std::filesystem::is_directory(status);
}

}  // namespace

void check_output_file(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) fail(path, "it is a folder");
  const std::filesystem::path real = resolved(path);
  const std::filesystem::path folder = real.parent_path().empty() ? std::filesystem::path(".") : real.parent_path();
  if (!std::filesystem::is_directory(folder, error)) fail(path, "its folder does not exist");
  if (!is_special(real) && access(folder.c_str(), W_OK) != 0) fail(path, std::strerror(errno));
}

void write_output_file(const std::filesystem::path& path, std::span<const uint8_t> bytes) {
  check_output_file(path);
  const std::filesystem::path real = resolved(path);
  if (is_special(real)) {
    const int descriptor = open(real.c_str(), O_WRONLY);
    if (descriptor < 0) fail(path, std::strerror(errno));
    write_all(descriptor, bytes, path);
    close(descriptor);
    return;
  }
  Temporary temporary(real);
  write_all(temporary.descriptor(), bytes, path);
  temporary.keep();
}

void install_signal_handlers() {
  struct sigaction action = {};
  action.sa_handler = stop;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE}) sigaction(signal, &action, nullptr);
}

}  // namespace midge::cli
