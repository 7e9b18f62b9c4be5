// The threads behind parallel_for (executor.h): one for each core, started at the first use and kept.
#pragma once

namespace midge {

/// How many threads a parallel_for of this thread may use: all cores, or what the innermost ThreadLimit says.
unsigned parallel_width();

/// While it lives, parallel_for of this thread uses at most `threads` (0: no change).
class ThreadLimit {
 public:
  explicit ThreadLimit(unsigned threads);
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  unsigned before_;
};

}  // namespace midge
