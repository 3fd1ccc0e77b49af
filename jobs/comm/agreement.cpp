#include "jobs/comm/agreement.hpp"

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
#include "jobs/comm/signs_of_life.hpp"

namespace basalt::jobs {
namespace {

/// How the step went: empty if well, else code, subject and message.
ByteVector text_bytes(ErrorCode code, const std::string& subject, const std::string& message) {
  ByteVector bytes{static_cast<std::uint8_t>(code)};
  bytes.insert(bytes.end(), subject.begin(), subject.end());
  bytes.push_back(0);
  bytes.insert(bytes.end(), message.begin(), message.end());
  return bytes;
}

ByteVector report_of(const std::function<void()>& action) {
  try {
    action();
    return {};
  } catch (const Error& error) {
    return text_bytes(error.code(), error.subject(), error.what());
  } catch (const std::exception& error) {
    return text_bytes(ErrorCode::internal, {}, error.what());
  }
}

void throw_report(const ByteVector& report) {
  if (report.empty()) return;
  const std::string text(report.begin() + 1, report.end());
  const std::size_t end = text.find('\0');
  throw Error(static_cast<ErrorCode>(report.front()), text.substr(end + 1), text.substr(0, end));
}

constexpr double last_words_seconds = 2.0;

/// One common step: what has come from whom, and who is still waited for.
class Step {
 public:
  Step(Communicator& comm, double silence)
      : comm_(comm),
        silence_(silence),
        number_(comm.next_step()),
        last_sign_(static_cast<std::size_t>(comm.size()), 0.0) {}

  /// Runs the action while the others are told that this rank lives.
  ByteVector perform(const std::function<void()>& action) {
    if (comm_.size() == 1) return report_of(action);
    std::promise<ByteVector> promise;
    auto report = promise.get_future();
    const std::jthread worker([&] { promise.set_value(report_of(action)); });
    while (report.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
      show_life();
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
      show_life();
      if (is_lost(rank)) return std::nullopt;
      backoff.sleep();
    }
  }

 private:
  void show_life() {
    static constexpr std::array busy{Tag::busy};
    while (const auto message = comm_.poll(busy)) {
      last_sign_[static_cast<std::size_t>(message->source)] = now();
    }
    if (now() - last_own_sign_ < sign_of_life_seconds) return;
    last_own_sign_ = now();
    if (comm_.rank() != 0) comm_.send(0, Tag::busy, {});
    if (comm_.rank() != 0) return;
    for (int rank = 1; rank < comm_.size(); ++rank) comm_.send(rank, Tag::busy, {});
  }

  bool is_lost(int rank) const {
    // Rank 0 may be silent for longer: without it there is nothing to do but end.
    const double patience = rank == 0 ? 4.0 * silence_ : silence_;
    return comm_.has_ended(rank) || now() - last_sign_[static_cast<std::size_t>(rank)] > patience;
  }

  double now() const { return watch_.elapsed().value; }

  Communicator& comm_;
  double silence_;
  std::uint32_t number_;
  Stopwatch watch_;
  std::vector<double> last_sign_;
  double last_own_sign_ = 0.0;
};

}  // namespace

void run_together(Communicator& comm, const std::function<void()>& action, double silence_seconds) {
  Step step(comm, silence_seconds);
  ByteVector verdict = step.perform(action);
  if (comm.rank() != 0) {
    step.send(0, Tag::report, verdict);
    const auto told = step.wait_for(0, Tag::verdict);
    if (!told || told->empty()) _exit(exit_to_resume);
    if (told->front() != 0) comm.note_loss();
    throw_report({told->begin() + 1, told->end()});
    return;
  }
  for (int rank = 1; rank < comm.size(); ++rank) {
    const auto report = step.wait_for(rank, Tag::report);
    if (!report) comm.note_loss();
    if (verdict.empty() && report) verdict = *report;
  }
  ByteVector told{static_cast<std::uint8_t>(comm.has_lost() ? 1 : 0)};
  told.insert(told.end(), verdict.begin(), verdict.end());
  for (int rank = 1; rank < comm.size(); ++rank) step.send(rank, Tag::verdict, told);
  if (comm.has_lost()) comm.flush(last_words_seconds);
  throw_report(verdict);
}

}  // namespace basalt::jobs
