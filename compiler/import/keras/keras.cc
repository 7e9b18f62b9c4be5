// The HDF5 library itself can crash on a damaged file: the import is rehearsed in a child process, which may.
#include "compiler/import/keras/keras.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "compiler/import/keras/lowering.h"

namespace midge {
namespace {

constexpr rlim_t kMostSeconds = 300;  // of the child's computing

[[noreturn]] void fail(const std::string& file, const std::string& message) {
  Diagnostic d;
  d.id = "keras-file", d.file = file, d.message = message, d.hint = "transfer or save it again";
  throw DiagnosticError(d, 1);
}

/// False if the work ended the process that did it. An exception is no such end: it comes again.
template <class Work>
bool survives(Work work) {
  const pid_t child = fork();
  if (child < 0) return true;  // no process to be had: do without
  if (child == 0) {
    for (const int s : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL}) std::signal(s, SIG_DFL);
    const rlimit none = {0, 0}, time = {kMostSeconds, kMostSeconds};
    setrlimit(RLIMIT_CORE, &none), setrlimit(RLIMIT_CPU, &time);
    try {
      work();
    } catch (...) {
    }
    _exit(0);
  }
  int status = 0;
  pid_t ended;
  do ended = waitpid(child, &status, 0);
  while (ended < 0 && errno == EINTR);
  return ended != child || WIFEXITED(status);
}

Imported import_here(std::span<const uint8_t> bytes, const std::string& file, const ImportOptions& options) {
  const keras::Archive archive(bytes, file);
  return keras::Lowering(archive, file, options).run();
}

}  // namespace

Imported import_keras(std::span<const uint8_t> bytes, const std::string& file, const ImportOptions& options) {
  if (!survives([&] { import_here(bytes, file, options); })) fail(file, "the file is damaged: the HDF5 library cannot read it");
  try {
    return import_here(bytes, file, options);
  } catch (const keras::Json::exception& e) {  // a value of another type than Keras writes, where no converter has a better message
    fail(file, fmt::format("its configuration is damaged: {}", e.what()));
  }
}

}  // namespace midge
