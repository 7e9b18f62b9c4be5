// A line on stderr that says how far long work has come; only on a terminal, and only if it takes a while.
#pragma once
#include <chrono>
#include <cstdint>
#include <cstdio>

#include "cli/verbs.h"

namespace midge::cli {

class Progress {
 public:
  Progress(const Context& context, const char* what, uint64_t total) : on_(context.err.is_tty), what_(what), total_(total) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() {
    if (shown_) std::fputs("\r\x1b[K", stderr);
  }

  /// `done` of the total are done.
  void update(uint64_t done) {
    if (!on_) return;
    const auto now = Clock::now();
    if (now - last_ < std::chrono::milliseconds(200)) return;
    last_ = now;
    shown_ = true;
    std::fprintf(stderr, "\r%s %llu of %llu", what_, static_cast<unsigned long long>(done), static_cast<unsigned long long>(total_));
    std::fflush(stderr);
  }

 private:
  using Clock = std::chrono::steady_clock;
  bool on_;
  bool shown_ = false;
  const char* what_;
  uint64_t total_;
  Clock::time_point last_ = Clock::now();
};

}  // namespace midge::cli
