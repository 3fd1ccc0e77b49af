// Threads that share a loop.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace basalt {

/// A fixed team of threads. The caller is one of them, so a team of 1 starts no thread.
///
/// Threads: one loop at a time; do not share a team between threads.
class ThreadTeam {
 public:
  /// Errors: invalid_argument unless threads >= 1.
  explicit ThreadTeam(std::size_t threads);
  ~ThreadTeam();
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;

  std::size_t size() const noexcept { return workers_.size() + 1; }

  /// Calls body(item, thread) for every item of [0, count), thread < size(). Items are handed out
  /// one by one; results must not depend on the thread. The first exception is thrown again here.
  void for_each(std::size_t count, const std::function<void(std::size_t, std::size_t)>& body);

 private:
  void work(std::size_t thread);
  void take_items(std::size_t thread);

  std::vector<std::jthread> workers_;
  std::mutex mutex_;
  std::condition_variable start_, done_;
  const std::function<void(std::size_t, std::size_t)>* body_ = nullptr;
  std::size_t count_ = 0, next_ = 0, busy_ = 0, round_ = 0;
  bool stopping_ = false;
  std::exception_ptr failure_;
};

/// Number of processors this process may use (its affinity mask), at least 1.
std::size_t usable_processors();

}  // namespace basalt
