#include "jobs/log/console.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace basalt::jobs {
namespace {

constexpr auto terminal_interval = std::chrono::milliseconds(200);
constexpr auto plain_interval = std::chrono::seconds(30);

std::string printed(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

/// Three figures, whatever the size.
std::string rate_text(double rate) {
  return printed(rate >= 100 ? "%.0f" : rate >= 10 ? "%.1f" : "%.2f", rate);
}

}  // namespace

std::string duration_text(double seconds) {
  if (seconds < 10) return printed("%.1f s", seconds);
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 60) return concat(whole, " s");
  const auto two = [](long value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  if (whole < 3600) return concat(whole / 60, " min ", two(whole % 60), " s");
  return concat(whole / 3600, " h ", two(whole % 3600 / 60), " min");
}

void Console::say(const std::string& line) {
  if (!spec_.quiet) write(line);
}

void Console::warn(const std::string& line) {
  write(spec_.colour ? "\x1b[33m" + line + "\x1b[0m" : line);
}

void Console::write(const std::string& line) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(status_shown_, false)) std::fputs("\r\x1b[K", stream_);
  const std::string stamp = spec_.ranks > 1 ? concat("[", spec_.rank, "] ") : "";
  std::fputs((stamp + line + "\n").c_str(), stream_);
  std::fflush(stream_);
}

void Console::status(const std::string& line) {
  if (!spec_.terminal || spec_.quiet) return;
  const std::lock_guard lock(mutex_);
  std::fputs(("\r\x1b[K" + line).c_str(), stream_);
  std::fflush(stream_);
  status_shown_ = true;
}

void Console::clear_status() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(status_shown_, false)) return;
  std::fputs("\r\x1b[K", stream_);
  std::fflush(stream_);
}

Progress::Progress(Console& console, std::string what, std::size_t total)
    : console_(console), what_(std::move(what)), total_(total) {}

Progress::~Progress() {
  console_.clear_status();
}

void Progress::resume_from(std::size_t done) {
  const std::lock_guard lock(mutex_);
  first_ = done;
  start_ = Clock::now();
}

void Progress::at(std::size_t done, const std::string& note) {
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  const bool terminal = console_.spec().terminal;
  const bool last = terminal && done == total_;
  if (now - shown_ < (terminal ? Clock::duration(terminal_interval) : plain_interval) && !last) {
    return;
  }
  shown_ = now;
  if (terminal) {
    console_.status(text(done, note));
  } else {
    console_.say(text(done, note));
  }
}

std::string Progress::text(std::size_t done, const std::string& note) const {
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  const double rate =
      seconds > 0 && done > first_ ? static_cast<double>(done - first_) / seconds : 0.0;
  std::string line =
      total_ > 0 ? concat(done, " of ", total_, " ", what_) : concat(done, " ", what_);
  if (rate > 0) {
    line += rate >= 0.5 ? concat(", ", rate_text(rate), " per s")
                        : concat(", ", rate_text(rate * 60), " per min");
    if (total_ > done) {
      line += ", end in " + duration_text(static_cast<double>(total_ - done) / rate);
    }
  }
  return note.empty() ? line : line + ", " + note;
}

}  // namespace basalt::jobs
