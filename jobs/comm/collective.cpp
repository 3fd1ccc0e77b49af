#include "jobs/comm/collective.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <exception>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/stopwatch.hpp"
#include "jobs/comm/heartbeat.hpp"
#include "jobs/wire/error_message.hpp"

namespace basalt::jobs {
namespace {

/// How the step went: empty if well, else the error.
ByteVector report_of(const std::function<void()>& action) {
  try {
    action();
    return {};
  } catch (...) {
    return encode_error(error_of(std::current_exception()));
  }
}

void throw_report(std::span<const std::uint8_t> report) {
  if (!report.empty()) throw decode_error(report);
}

constexpr double last_words_seconds = 2.0;

/// One common step: what has come from whom, and who is still waited for.
class Step {
 public:
  Step(Communicator& comm, double silence)
      : comm_(comm),
        silence_(silence),
        number_(comm.next_step()),
        last_heartbeats_(static_cast<std::size_t>(comm.size()), 0.0) {}

  /// Runs the action while the others get heartbeats of this rank.
  ByteVector perform(const std::function<void()>& action) {
    if (comm_.size() == 1) return report_of(action);
    std::promise<ByteVector> promise;
    auto report = promise.get_future();
    const std::jthread worker([&] { promise.set_value(report_of(action)); });
    while (report.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
      show_heartbeat();
    }
    return report.get();
  }

  void send(int rank, Tag tag, const ByteVector& content) {
    ByteVector bytes(sizeof number_);
    std::memcpy(bytes.data(), &number_, sizeof number_);
    bytes.insert(bytes.end(), content.begin(), content.end());
    comm_.send(rank, tag, bytes);
  }

  /// What a rank says about this step; nothing if it has died.
  std::optional<ByteVector> wait_for(int rank, Tag tag) {
    Backoff backoff;
    while (true) {
      while (auto message = comm_.poll(rank, tag)) {
        std::uint32_t number = 0;
        if (message->bytes.size() < sizeof number) continue;
        std::memcpy(&number, message->bytes.data(), sizeof number);
        if (number != number_) continue;  // of a step that went on without it
        message->bytes.erase(message->bytes.begin(), message->bytes.begin() + sizeof number);
        return std::move(message->bytes);
      }
      show_heartbeat();
      if (is_lost(rank)) return std::nullopt;
      backoff.sleep();
    }
  }

 private:
  void show_heartbeat() {
    static constexpr std::array busy{Tag::busy};
    while (const auto message = comm_.poll(busy)) {
      last_heartbeats_[static_cast<std::size_t>(message->source)] = now();
    }
    if (now() - last_own_heartbeat_ < heartbeat_seconds) return;
    last_own_heartbeat_ = now();
    if (comm_.rank() != 0) comm_.send(0, Tag::busy, {});
    if (comm_.rank() != 0) return;
    for (int rank = 1; rank < comm_.size(); ++rank) comm_.send(rank, Tag::busy, {});
  }

  bool is_lost(int rank) const {
    // Rank 0 may be silent for longer: without it there is nothing to do but end.
    const double patience = rank == 0 ? 4.0 * silence_ : silence_;
    return comm_.has_ended(rank) ||
           now() - last_heartbeats_[static_cast<std::size_t>(rank)] > patience;
  }

  double now() const { return watch_.elapsed().value; }

  Communicator& comm_;
  double silence_;
  std::uint32_t number_;
  Stopwatch watch_;
  std::vector<double> last_heartbeats_;
  double last_own_heartbeat_ = 0.0;
};

}  // namespace

void run_on_all_ranks(Communicator& comm, const std::function<void()>& action,
                      double silence_seconds) {
  Step step(comm, silence_seconds);
  ByteVector report = step.perform(action);
  if (comm.rank() != 0) {
    step.send(0, Tag::report, report);
    const auto summary = step.wait_for(0, Tag::summary);
    if (!summary || summary->empty()) _exit(exit_to_resume);
    if (summary->front() != 0) comm.note_loss();
    throw_report(std::span(*summary).subspan(1));
    return;
  }
  for (int rank = 1; rank < comm.size(); ++rank) {
    const auto other = step.wait_for(rank, Tag::report);
    if (!other) comm.note_loss();
    if (report.empty() && other) report = *other;
  }
  ByteVector summary{static_cast<std::uint8_t>(comm.has_lost() ? 1 : 0)};
  summary.insert(summary.end(), report.begin(), report.end());
  for (int rank = 1; rank < comm.size(); ++rank) step.send(rank, Tag::summary, summary);
  if (comm.has_lost()) comm.flush(last_words_seconds);
  throw_report(report);
}

}  // namespace basalt::jobs
