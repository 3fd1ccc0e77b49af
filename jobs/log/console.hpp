// What people see on standard error: log lines, stamped with their rank, and one status line.
#pragma once

#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>

namespace basalt::jobs {

/// How much is said, and how.
struct ConsoleSpec {
  bool quiet = false;     ///< Warnings only.
  bool terminal = false;  ///< A status line may be rewritten in place.
  bool colour = false;    ///< Never with NO_COLOR or without a terminal.
  int rank = 0, ranks = 1;
};

/// Writes whole lines to a stream, one at a time.
///
/// Threads: safe to share.
class Console {
 public:
  Console(std::FILE* stream, const ConsoleSpec& spec) : stream_(stream), spec_(spec) {}
  ~Console() { clear_status(); }
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// One line of progress; nothing when quiet.
  void say(const std::string& line);
  /// One line that is shown even when quiet.
  void warn(const std::string& line);
  /// Replaces the status line of a terminal; elsewhere, and when quiet, nothing.
  void status(const std::string& line);
  void clear_status();

  const ConsoleSpec& spec() const noexcept { return spec_; }

 private:
  void write(const std::string& line);

  std::FILE* stream_;
  ConsoleSpec spec_;
  std::mutex mutex_;
  bool status_shown_ = false;
};

/// Seconds as people say them: "0.4 s", "42 s", "3 min 05 s", "2 h 10 min".
std::string duration_text(double seconds);

/// Progress of one long work: a status line on a terminal, a plain line every 30 s elsewhere, with
/// rate and estimated end.
///
/// Threads: safe to share.
class Progress {
 public:
  /// `what` names the items: "rows", "trials". `total` 0: unknown.
  Progress(Console& console, std::string what, std::size_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `done` items are finished; `note` is appended.
  void at(std::size_t done, const std::string& note = {});
  /// Items that were finished before this process began; they do not count for the rate.
  void resume_from(std::size_t done);

 private:
  using Clock = std::chrono::steady_clock;
  std::string text(std::size_t done, const std::string& note) const;

  Console& console_;
  std::string what_;
  std::size_t total_, first_ = 0;
  Clock::time_point start_ = Clock::now(), shown_ = start_;
  std::mutex mutex_;
};

}  // namespace basalt::jobs
