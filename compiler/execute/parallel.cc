// parallel_for. A range is cut into pieces, several for each thread, which the threads take in turn: a core that is slower, or busy
// with something else, takes fewer. Which thread takes a piece must not matter to what is computed.
#include "compiler/execute/parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "compiler/execute/executor.h"

namespace midge {
namespace {

constexpr size_t kPiecesPerThread = 4;

thread_local bool inside = false;  ///< this thread runs a piece: nested calls stay in it
thread_local unsigned limit = 0;

/// One call of parallel_for.
struct Job {
  const std::function<void(size_t, size_t)>* body;
  size_t n, piece;
  std::atomic<size_t> next{0};
  std::atomic<unsigned> seats;  ///< how many more threads may join
  std::mutex mutex;
  std::exception_ptr error;

  void work() {
    inside = true;
    try {
      for (size_t begin; (begin = next.fetch_add(piece)) < n;) (*body)(begin, std::min(n, begin + piece));
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!error) error = std::current_exception();
      next = n;
    }
    inside = false;
  }
};

class Pool {
 public:
  Pool() {
    const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
    for (unsigned i = 1; i < cores; ++i) std::thread([this] { serve(); }).detach();
    width_ = cores;
  }
  unsigned width() const { return width_; }

  /// Runs the job on this thread and on those that are free; false, with nothing done, if another call has them.
  bool run(Job& job) {
    const std::unique_lock turn(turn_, std::try_to_lock);
    if (!turn.owns_lock()) return false;
    {
      const std::lock_guard lock(mutex_);
      job_ = &job;
      ++generation_;
    }
    wake_.notify_all();
    job.work();
    std::unique_lock lock(mutex_);
    job_ = nullptr;
    idle_.wait(lock, [this] { return busy_ == 0; });
    return true;
  }

 private:
  void serve() {
    uint64_t seen = 0;
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [&] { return job_ != nullptr && generation_ != seen; });
      seen = generation_;
      Job& job = *job_;
      if (job.seats == 0) continue;
      --job.seats;
      ++busy_;
      lock.unlock();
      job.work();
      lock.lock();
      if (--busy_ == 0) idle_.notify_all();
    }
  }

  unsigned width_ = 1;
  std::mutex turn_, mutex_;
  std::condition_variable wake_, idle_;
  Job* job_ = nullptr;
  uint64_t generation_ = 0;
  unsigned busy_ = 0;
};

/// Never destroyed: its threads wait in it until the process ends.
Pool& pool() {
  static Pool& instance = *new Pool;
  return instance;
}

}  // namespace

ThreadLimit::ThreadLimit(unsigned threads) : before_(limit) {
  if (threads != 0) limit = threads;
}
ThreadLimit::~ThreadLimit() { limit = before_; }

unsigned parallel_width() {
  if (inside) return 1;
  return limit == 0 ? pool().width() : std::min(limit, pool().width());
}

void parallel_for(size_t n, size_t least_per_thread, const std::function<void(size_t, size_t)>& body) {
  if (n == 0) return;
  const size_t least = std::max<size_t>(1, least_per_thread);
  const size_t threads = std::min<size_t>(parallel_width(), (n + least - 1) / least);
  if (threads <= 1) return body(0, n);
  Job job;
  job.body = &body;
  job.n = n;
  job.piece = std::max(least, (n + threads * kPiecesPerThread - 1) / (threads * kPiecesPerThread));
  job.seats = static_cast<unsigned>(threads) - 1;
  if (!pool().run(job)) return body(0, n);
  if (job.error) std::rethrow_exception(job.error);
}

}  // namespace midge
